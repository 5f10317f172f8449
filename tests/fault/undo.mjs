// Takes back what no sync had made durable when the process was killed: reads the log of drop_unsynced.c from its
// end. Without random nothing unsynced reached the disk. With it, each file and each folder kept its own number of
// unsynced changes, the oldest first, and of a file's next write some sectors: writes tear.
import fs from 'node:fs'
import path from 'node:path'

const WRITE = 1, TRUNCATE = 2, SYNC = 3, CREATE = 4, RENAME = 5, LINK = 6, UNLINK = 7, MKDIR = 8
const HEAD = 48

function records(file) {
  const b = fs.readFileSync(file)
  const list = []
  for (let at = 0; at + HEAD <= b.length; ) {
    const [seq, inode, offset, size] = [0, 8, 16, 24].map((k) => Number(b.readBigUInt64LE(at + k)))
    const [type, n1, n2, length] = [32, 36, 40, 44].map((k) => b.readUInt32LE(at + k))
    if (at + HEAD + n1 + n2 > b.length) break // cut off by the kill, before the change was made
    const one = b.subarray(at + HEAD, at + HEAD + n1)
    const two = b.subarray(at + HEAD + n1, at + HEAD + n1 + n2)
    list.push({ seq, inode, offset, size, type, length, one, two })
    at += HEAD + n1 + n2
  }
  return list
}

const quietly = (f) => {
  try {
    f()
  } catch (e) {
    if (!['ENOENT', 'EEXIST', 'ENOTEMPTY'].includes(e.code)) throw e
  }
}

const SECTOR = 512

// Puts back what was there before the write at offset, but for the bytes from..to, which reached the disk.
function undoBytes(r, keepDir, [from, to] = [0, 0]) {
  const fd = fs.openSync(path.join(keepDir, String(r.inode)), 'r+')
  const end = r.offset + r.one.length
  if (r.offset < Math.min(from, end)) fs.writeSync(fd, r.one, 0, Math.min(from, end) - r.offset, r.offset)
  const rest = Math.max(r.offset, to)
  if (rest < end) fs.writeSync(fd, r.one, rest - r.offset, end - rest, rest)
  if (from > r.size) fs.writeSync(fd, Buffer.alloc(from - r.size), 0, from - r.size, r.size) // a hole before what was kept
  fs.ftruncateSync(fd, Math.max(r.size, Math.min(to, fs.fstatSync(fd).size)))
  fs.closeSync(fd)
}

// The first or the last sectors of a write: [from, to) in the file.
function tear(r, random) {
  const first = Math.floor(r.offset / SECTOR), last = Math.ceil((r.offset + r.length) / SECTOR)
  const cut = (first + 1 + Math.floor(random() * (last - first - 1))) * SECTOR
  return random() < 0.5 ? [r.offset, cut] : [cut, r.offset + r.length]
}

const undoName = {
  [CREATE]: (r) => fs.unlinkSync(r.one.toString()),
  [LINK]: (r) => fs.unlinkSync(r.one.toString()),
  [MKDIR]: (r) => fs.rmdirSync(r.one.toString()),
  [UNLINK]: (r, keepDir) => fs.linkSync(path.join(keepDir, String(r.size)), r.one.toString()),
  [RENAME]: (r, keepDir) => {
    fs.renameSync(r.two.toString(), r.one.toString())
    if (r.size) fs.linkSync(path.join(keepDir, String(r.size)), r.two.toString())
  },
}

// Of the loose changes those that are lost; and of the writes among them those that tear.
function choose(loose, random) {
  const groups = new Map() // by file or folder, in order
  for (const r of loose) groups.set(r.inode, [...(groups.get(r.inode) ?? []), r])
  const lost = new Set(loose), torn = new Map()
  for (const group of random ? groups.values() : []) {
    const kept = Math.floor(random() * (group.length + 1))
    group.slice(0, kept).forEach((r) => lost.delete(r))
    const next = group[kept]
    if (next?.type === WRITE && next.length > SECTOR) torn.set(next, tear(next, random))
  }
  return { lost: loose.filter((r) => lost.has(r)), torn }
}

export function undo({ log, keepDir, random }) {
  const list = fs.existsSync(log) ? records(log) : []
  const synced = new Map() // inode of a file or folder → the last record a sync of it covered
  for (const r of list) if (r.type === SYNC) synced.set(r.inode, Math.max(synced.get(r.inode) ?? 0, r.offset))
  const { lost, torn } = choose(list.filter((r) => r.type !== SYNC && r.seq > (synced.get(r.inode) ?? 0)), random)
  for (const r of lost.reverse()) {
    if (r.type === WRITE || r.type === TRUNCATE) undoBytes(r, keepDir, torn.get(r))
    else quietly(() => undoName[r.type](r, keepDir))
  }
  fs.rmSync(log, { force: true })
  fs.rmSync(keepDir, { recursive: true, force: true })
  return { records: list.length, undone: lost.length, torn: torn.size }
}
