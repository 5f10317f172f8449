#!/bin/sh
# Makes build/dist/jibei-VERSION-ARCH.tar.gz and jibei_VERSION_ARCH.deb from what was built: binary, probe, web
# client, unit. Both install without npm and without the Internet (the .deb names Debian 12's libraries).
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^#define JIBEI_VERSION "\(.*\)"/\1/p' server/app/version.h)
arch=$(dpkg --print-architecture)
out=build/dist
tree=$out/jibei-$version-$arch
rm -rf "$out" && mkdir -p "$tree/usr/bin" "$tree/usr/lib/jibei" "$tree/usr/share/jibei" \
    "$tree/usr/share/doc/jibei" "$tree/lib/systemd/system" "$tree/etc/jibei"
install -m 755 -s build/jibei "$tree/usr/bin/jibei"
install -m 755 -s build/jibei-probe "$tree/usr/lib/jibei/jibei-probe"
cp -r build/web "$tree/usr/share/jibei/web"
install -m 644 server/dist/jibei.service "$tree/lib/systemd/system/"
install -m 640 server/dist/jibei.env "$tree/etc/jibei/" # may hold the password of a database
install -m 644 README.md server/dist/nginx.conf server/dist/Caddyfile "$tree/usr/share/doc/jibei/"
find "$tree" -type d -exec chmod 755 {} +
find "$tree/usr/share" -type f -exec chmod 644 {} +

tar -C "$out" --owner=0 --group=0 --sort=name --mtime=@0 -czf "$out/jibei-$version-$arch.tar.gz" "jibei-$version-$arch"

# The libraries the two programs name, as packages of this system; dpkg may know a file by its path from before /lib
# became a link to /usr/lib. The plug-in is loaded by libwebsockets; glibc's symbols bind us to its release.
package_of() {
    so=$(readlink -f "$(ldd build/jibei build/jibei-probe | sed -n "s|.*$1 => \(/[^ ]*\).*|\1|p" | head -1)")
    { dpkg -S "$so" || dpkg -S "${so#/usr}"; } 2>/dev/null | cut -d: -f1 | grep . ||
        { echo "no package owns $1 ($so)" >&2; return 1; }
}
needs="adduser, libwebsockets-evlib-uv, libc6 (>= $(getconf GNU_LIBC_VERSION | cut -d' ' -f2))"
for so in $(readelf -d build/jibei build/jibei-probe | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u); do
    owner=$(package_of "$so")
    case ", $needs," in *", $owner,"* | *", $owner ("*) ;; *) needs="$needs, $owner" ;; esac
done
mkdir -p "$tree/DEBIAN"
cat > "$tree/DEBIAN/control" <<C
Package: jibei
Version: $version
Architecture: $arch
Maintainer: Jibei <jibei@localhost>
Section: web
Priority: optional
Depends: $needs
Recommends: poppler-utils
Suggests: libreoffice-writer-nogui, fonts-noto-cjk
Description: shared teaching resources for the schools of a county
 Lesson plans, courseware, micro-lessons, question banks and recordings shared by
 education groups: upload, description, Chinese full-text search, preview,
 download as lesson packs. One program, one data folder.
C
echo /etc/jibei/jibei.env > "$tree/DEBIAN/conffiles"
# No backup here: the new program makes one itself, on either engine, before it changes any row (server/app/house.c).
cat > "$tree/DEBIAN/postinst" <<'C'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    getent passwd jibei >/dev/null || adduser --system --group --home /var/lib/jibei --no-create-home --quiet jibei
    install -d -o jibei -g jibei -m 750 /var/lib/jibei
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl enable jibei.service
        systemctl restart jibei.service
    fi
    echo "集备已安装：打开 http://本机:8080 完成首次设置（监听地址见 /etc/jibei/jibei.env）。"
fi
C
cat > "$tree/DEBIAN/prerm" <<'C'
#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl stop jibei.service || true; fi
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl disable jibei.service || true; fi
C
chmod 755 "$tree/DEBIAN/postinst" "$tree/DEBIAN/prerm"
dpkg-deb --root-owner-group --build "$tree" "$out/jibei_${version}_$arch.deb" >/dev/null
rm -rf "$tree"
ls -l "$out"
