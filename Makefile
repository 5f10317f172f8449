# Jibei 集备. `make run` starts it with a demo county, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

B ?= build
CC ?= gcc
# What a machine must have: to build and run, and to test on top of that (Debian 12 names).
PACKAGES := gcc make pkg-config libc6-dev libmicrohttpd-dev libwebsockets-dev libwebsockets-evlib-uv libuv1-dev \
  libsqlite3-dev libpq-dev libarchive-dev libmagic-dev zlib1g-dev libdeflate-dev libsodium-dev libssl-dev libjansson-dev \
  libxml2-dev libseccomp-dev poppler-utils poppler-data
TEST_PACKAGES := clang clang-format libcmocka-dev python3 sqlite3 chromium fonts-noto-cjk postgresql-15 curl zip unzip libarchive-tools \
  nginx-light wrk

WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
OPT ?= -O2 -g
LIBS_OF := pkg-config --cflags libmicrohttpd libwebsockets libuv sqlite3 libpq libarchive zlib libdeflate libsodium libcrypto jansson libxml-2.0 libseccomp
LIBFLAGS := $(shell $(LIBS_OF) 2>/dev/null | sed 's/-I/-isystem /g')
CFLAGS := -std=gnu11 -D_GNU_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -pthread -MMD -MP -I. -I$(B)/gen $(OPT) $(WARN) $(LIBFLAGS) $(SAN)
LDFLAGS := -pie -pthread -Wl,-z,relro,-z,now $(SAN)
LDLIBS := -lmicrohttpd -lwebsockets -luv -lsqlite3 -lpq -lz -ldeflate -lsodium -lcrypto -ljansson -lxml2 -lm
PROBE_LIBS := -larchive -lmagic -lxml2 -lz -ldeflate -lsodium -lcrypto -lseccomp -lm

# Before whatever runs on Node: one that is new enough.
NODE := web/tools/node.sh

ROOMS := base crdt format app bus http live door
MAIN_SRC := $(sort $(foreach r,$(ROOMS),$(wildcard server/$(r)/*.c)) $(wildcard storage/*.c))
PROBE_SRC := $(sort $(wildcard server/base/*.c server/format/*.c server/probe/*.c))
GEN_SRC := $(B)/gen/migrations.c $(B)/gen/demo_embed.c
OBJ := $(MAIN_SRC:%.c=$(B)/obj/%.o) $(GEN_SRC:$(B)/gen/%.c=$(B)/obj/gen/%.o)
PROBE_OBJ := $(PROBE_SRC:%.c=$(B)/obj/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT := $(UNIT_SRC:tests/unit/%.c=$(B)/unit/%)
FUZZ_REPLAY := $(patsubst tests/fuzz/fuzz_%.c,$(B)/replay/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))

all: $(if $(wildcard server/main.c),$(B)/jibei) $(if $(wildcard server/probe/main.c),$(B)/jibei-probe) $(B)/libjibei.a

$(B)/jibei: $(B)/obj/server/main.o $(B)/libjibei.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/jibei-probe: $(PROBE_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(PROBE_LIBS)

$(B)/libjibei.a: $(OBJ)
	rm -f $@ && ar rcs $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# The SQL of the migrations becomes part of the binary.
$(B)/gen/migrations.c: $(sort $(wildcard storage/migrations/*.sql)) storage/migrations/embed.sh
	@mkdir -p $(@D)
	sh storage/migrations/embed.sh storage/migrations > $@

# So do the small media files of the demo county.
$(B)/gen/demo_embed.c: $(wildcard server/app/demo_files/*)
	@mkdir -p $(@D)
	sh server/app/demo_files/embed.sh server/app/demo_files > $@

# ---- the demo county: made at the first start, kept in demo-data/, served until Ctrl-C. make run LISTEN=0.0.0.0:8080
LISTEN ?= 127.0.0.1:8080
.PHONY: run
run: deps
	@$(MAKE) -s all web
	@[ -d demo-data ] || { rm -rf demo-data.new && \
	  $(B)/jibei demo --data demo-data.new > $(B)/accounts && mv $(B)/accounts demo-data.new/accounts && mv demo-data.new demo-data; }
	@cat demo-data/accounts
	@exec $(B)/jibei serve --data demo-data --listen $(LISTEN)

# ---- tests: each unit test is a program of its own
$(B)/unit/%: tests/unit/%.c $(B)/libjibei.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libjibei.a $(LDLIBS) -lcmocka

.PHONY: unit
unit: $(UNIT) $(FUZZ_REPLAY) $(B)/jibei-probe
	@set -e; for t in $(UNIT); do echo "== $${t##*/}"; $$t; done
	@set -e; for f in $(FUZZ_NAMES); do [ ! -d tests/fuzz/finds/$$f ] || $(B)/replay/$$f tests/fuzz/finds/$$f/*; done
	@echo "fuzzing's finds replayed: $(FUZZ_NAMES)"

# ---- fuzzing: make fuzz, or make fuzz FUZZ=zip FUZZ_SECONDS=600; finds stay in tests/fuzz/finds
FUZZ_NAMES := $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
FUZZ ?= $(FUZZ_NAMES)
FUZZ_SECONDS ?= 20
FUZZ_B := $(B)/fuzz
.PHONY: fuzz fuzz-build
FUZZ_LIBS := $(B)/libprobe.a $(B)/libjibei.a $(LDLIBS) $(PROBE_LIBS)
$(B)/replay/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(B)/libprobe.a $(B)/libjibei.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ tests/fuzz/fuzz_$*.c tests/fuzz/replay.c $(FUZZ_LIBS)

# The readers of the probe, for those who call them without its process.
$(B)/libprobe.a: $(filter-out $(B)/obj/server/probe/main.o,$(filter $(B)/obj/server/probe/%,$(PROBE_OBJ)))
	rm -f $@ && ar rcs $@ $^

# In the inner make: the libraries instrumented, each fuzzer with libFuzzer's main.
fuzz-build: $(B)/libprobe.a $(B)/libjibei.a
	@set -e; for f in $(FUZZ); do $(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $(B)/fuzz_$$f tests/fuzz/fuzz_$$f.c $(FUZZ_LIBS); done

fuzz:
	@$(MAKE) -s B=$(FUZZ_B) CC=clang OPT="-O1 -g -fno-omit-frame-pointer" FUZZ="$(FUZZ)" \
	  SAN="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -U_FORTIFY_SOURCE" fuzz-build
	@set -e; for f in $(FUZZ); do mkdir -p $(FUZZ_B)/corpus/$$f tests/fuzz/finds/$$f; \
	  $(FUZZ_B)/fuzz_$$f -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
	    -artifact_prefix=tests/fuzz/finds/$$f/ $(FUZZ_B)/corpus/$$f tests/fuzz/finds/$$f > $(FUZZ_B)/$$f.log 2>&1 \
	    || { tail -30 $(FUZZ_B)/$$f.log; exit 1; }; \
	  echo "fuzz $$f: $$(sed -n 's/stat::number_of_executed_units: *//p' $(FUZZ_B)/$$f.log) runs, nothing found"; done

# The same fuzzers of documents by AFL++, which looks for other ways in: make fuzz-afl, or with AFL=ydoc FUZZ_SECONDS=600.
AFL ?= doc_paper live sync ydoc ydoc_stored
AFL_B := $(B)/afl
.PHONY: fuzz-afl
fuzz-afl:
	@tests/lint/install.sh afl++
	@AFL_QUIET=1 $(MAKE) -s B=$(AFL_B) CC=afl-clang-fast OPT="-O1 -g -fno-omit-frame-pointer" FUZZ="$(AFL)" \
	  SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined -U_FORTIFY_SOURCE" fuzz-build
	@set -e; for f in $(AFL); do tests/fuzz/afl.sh $(AFL_B)/fuzz_$$f tests/fuzz/finds/$$f $(AFL_B)/$$f $(FUZZ_SECONDS); done

# ---- the web client: packages by the lock file, then the built client in $(B)/web
WEB_FILES = $(shell find web/src web/public web/index.html web/vite.config.ts web/tsconfig.json web/package.json -type f)
WEB_PACKAGES := web/node_modules/.package-lock.json
.PHONY: web web-check
web: $(B)/web/index.html

$(WEB_PACKAGES): web/package-lock.json
	cd web && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 tools/node.sh npm ci --silent
	@touch $@

$(B)/web/index.html: $(WEB_PACKAGES) $(WEB_FILES)
	cd web && tools/node.sh npx vite build --logLevel warn

# Types, unit tests, budgets.
web-check: web
	cd web && tools/node.sh npx vue-tsc --noEmit
	cd web && tools/node.sh npx vitest run
	cd web && tools/node.sh node tools/budget.mjs

# ---- the gate: format, lint, gcc and clang without a warning, sanitizers, goldens
.PHONY: check fmt-check lint edges warn-clean sanitize
check: fmt-check lint warn-clean edges sanitize goldens

fmt-check:
	@clang-format --dry-run -Werror $(C_FILES) && echo "format: clean"

lint:
	@bash tests/lint/lint.sh

# What the includes do not show.
edges: all
	@bash tests/lint/edges.sh $(B)

# Both compilers, every warning an error; the second build is only looked at.
warn-clean:
	@$(MAKE) -s B=build/clang CC=clang WARN="$(WARN) -Werror" LDLIBS="$(LDLIBS)" all
	@$(MAKE) -s WARN="$(WARN) -Werror" all
	@echo "gcc and clang: no warning"

# The unit tests under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize:
	@$(MAKE) -s B=build/asan OPT="-O1 -g -fno-omit-frame-pointer" SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined" all unit >build/asan.log 2>&1 \
	  || { tail -40 build/asan.log; exit 1; }
	@echo "sanitizers: clean"

# Data races and lock orders, by ThreadSanitizer: the unit tests, and the API tests that have many threads at work. The
# jail of the probe does not bear it, so the probe is the ordinary one. make tsan, or make tsan TSAN_API=tests/api/x.test.mjs
TSAN_API ?= $(patsubst %,tests/api/%.test.mjs,alert backup download events lesson rights_random roster stop transport tus)
.PHONY: tsan tsan-unit
tsan-unit: $(B)/jibei $(filter-out $(B)/unit/test_probe,$(UNIT))
	@set -e; for t in $(filter-out $(B)/unit/test_probe,$(UNIT)); do echo "== $${t##*/}"; $$t; done

tsan: all tests/node_modules
	@$(MAKE) -s B=build/tsan CC=clang OPT="-O1 -g -fno-omit-frame-pointer" SAN="-fsanitize=thread -U_FORTIFY_SOURCE" tsan-unit
	@rm -f build/tsan/report.*
	@JIBEI_BINARY=$(CURDIR)/build/tsan/jibei JIBEI_PROBE=$(CURDIR)/$(B)/jibei-probe \
	  TSAN_OPTIONS="log_path=$(CURDIR)/build/tsan/report exitcode=0 second_deadlock_stack=1" $(NODE) node tests/api/run.mjs $(TSAN_API)
	@if ls build/tsan/report.* >/dev/null 2>&1; then cat build/tsan/report.*; exit 1; fi
	@echo "threads: nothing reported"

# ---- what is printed from tables, and must be as it stands in the tree
.PHONY: api goldens
api: $(B)/jibei $(WEB_PACKAGES)
	$(B)/jibei dump-api > web/src/api/openapi.json
	cd web && tools/node.sh npx openapi-typescript src/api/openapi.json -o src/api/types.ts

# The schema as SQLite has it after all migrations.
.PHONY: schema
schema: $(B)/schema
	$(B)/schema > storage/schema.sql

$(B)/schema: storage/schema/print.c $(B)/libjibei.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libjibei.a $(LDLIBS)

goldens: $(B)/jibei $(B)/schema
	@$(B)/schema | cmp - storage/schema.sql || { echo "run make schema and look at the difference"; exit 1; }
	@$(B)/jibei dump-api | cmp - web/src/api/openapi.json || { echo "run make api and look at the difference"; exit 1; }
	@echo "goldens: as printed"

# ---- tests over HTTP, on both engines
.PHONY: test test-api test-api-pg test-crdt test-browser
tests/node_modules: tests/package-lock.json
	cd tests && ../web/tools/node.sh npm ci --silent && touch node_modules

# Programs of later releases, for the tests of upgrades: with our migrations and those of tests/api/later/NAME.
LATER := $(patsubst tests/api/later/%,$(B)/later/%/jibei,$(wildcard tests/api/later/*))
$(B)/later/%/jibei: $(B)/jibei $(wildcard tests/api/later/*/*.sql)
	@rm -rf $(@D) && mkdir -p $(@D)/migrations && cp storage/migrations/*.sql tests/api/later/$*/*.sql $(@D)/migrations
	sh storage/migrations/embed.sh $(@D)/migrations > $(@D)/migrations.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(B)/obj/server/main.o $(@D)/migrations.c $(B)/libjibei.a $(LDLIBS)

test-api: all $(LATER) tests/node_modules
	$(NODE) node tests/api/run.mjs

# The same on a PostgreSQL of its own.
test-api-pg: all $(LATER) tests/node_modules
	$(NODE) tests/pg.sh node tests/api/run.mjs

# Live documents against Yjs itself: random networks, stored updates, hostile bytes.
$(B)/crdt_tool: tests/crdt/tool.c $(B)/libjibei.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libjibei.a $(LDLIBS)

test-crdt: all $(B)/crdt_tool tests/node_modules
	$(NODE) node --test --test-reporter=spec tests/crdt/*.test.mjs

# What other people's clients say: a session recorded on y-websocket's own server, and everything the stock provider does.
.PHONY: compat
compat: all tests/node_modules
	$(NODE) node --test --test-reporter=spec tests/compat/*.test.mjs tests/api/live.test.mjs

# Stories in a real browser against a real server.
test-browser: all web tests/node_modules
	cd tests && ../web/tools/node.sh npx playwright test -c browser

test: test-deps all web
	@$(MAKE) --no-print-directory unit unit-pg web-check test-api test-api-pg test-crdt compat test-browser test-dist test-fault

# ---- killed at random moments, calls that fail: nothing acknowledged may be gone
$(B)/%.so: tests/fault/%.c
	$(CC) -shared -fPIC -O2 -Wall -Wextra -o $@ $<

.PHONY: crash fault test-fault
crash: all tests/node_modules $(B)/drop_unsynced.so
	$(NODE) node tests/fault/crash.mjs --runs 1000
	$(NODE) node tests/fault/crash.mjs --runs 1000 --power
	$(NODE) tests/pg.sh node tests/fault/crash.mjs --runs 200
	$(NODE) tests/pg.sh node tests/fault/crash.mjs --runs 200 --power
	$(NODE) node tests/fault/crash.mjs --control
	$(NODE) node tests/fault/crash.mjs --control --live

fault: all tests/node_modules
	for kind in disk db; do $(NODE) node tests/fault/fault.mjs $$kind && $(NODE) node tests/fault/fault.mjs $$kind --sticky || exit 1; done
	$(NODE) tests/pg.sh node tests/fault/fault.mjs db

# The same in short, for make test.
test-fault: all tests/node_modules $(B)/drop_unsynced.so $(B)/full_disk.so
	$(NODE) node tests/fault/crash.mjs --runs 50
	$(NODE) node tests/fault/crash.mjs --runs 25 --power
	$(NODE) node tests/fault/crash.mjs --control
	$(NODE) node tests/fault/crash.mjs --control --live
	$(NODE) node tests/fault/fault.mjs disk --every 19
	$(NODE) node tests/fault/fault.mjs db --every 23
	$(NODE) node tests/fault/fault.mjs disk --every 47 --sticky
	$(NODE) node tests/fault/full.mjs
	$(NODE) tests/pg.sh node tests/fault/crash.mjs --runs 10
	$(NODE) tests/pg.sh node tests/fault/crash.mjs --runs 10 --power
	$(NODE) tests/pg.sh node tests/fault/fault.mjs db --every 23

# The tests with a database once more, on a PostgreSQL of their own.
UNIT_PG := $(patsubst tests/unit/%.c,$(B)/unit/%,$(shell grep -l testdb.h tests/unit/test_*.c))
.PHONY: unit-pg
unit-pg: $(UNIT)
	@tests/pg.sh bash -ec 'for t in $(UNIT_PG); do echo "== $${t##*/} (PostgreSQL)"; $$t; done'

# ---- speed, as ratios against peers in the same run: make bench, or make bench PART=list
.PHONY: bench
tests/bench/node_modules: tests/bench/package-lock.json
	cd tests/bench && ../../web/tools/node.sh npm ci --silent && touch node_modules

$(B)/search_fill: tests/bench/search_fill.c $(B)/libjibei.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libjibei.a $(LDLIBS)

$(B)/crdt_run: tests/bench/crdt_run.c $(B)/libjibei.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libjibei.a $(LDLIBS)

# Load and the floor of part live.
$(B)/live_load: tests/bench/live_load.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<

$(B)/relay: tests/bench/relay.c
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -lcrypto

bench: test-deps all $(B)/crdt_run $(B)/live_load $(B)/relay web tests/node_modules tests/bench/node_modules
	$(NODE) node tests/bench/bench.mjs $(PART)

# ---- packages that install without npm and without the Internet: build/dist/*.tar.gz, *.deb
.PHONY: dist test-dist
dist: deps all web
	sh server/dist/package.sh

# Unpacked and started as they would be after an installation.
test-dist: dist tests/node_modules
	$(NODE) node --test --test-reporter=spec tests/dist/*.test.mjs

# ---- keeping house
.PHONY: fmt deps clean help
C_FILES = $(shell git ls-files '*.c' '*.h')
fmt:
	clang-format -i $(C_FILES)

# Installs what is missing, as root or by sudo; says nothing when all is there.
deps:
	@tests/lint/install.sh $(PACKAGES)

test-deps: deps
	@tests/lint/install.sh $(TEST_PACKAGES)

clean:
	rm -rf $(B)

help:
	@grep -E '^# ----|^[a-z-]+:' Makefile | sed 's/:.*//'

-include $(shell find $(B) -name '*.d' 2>/dev/null)
