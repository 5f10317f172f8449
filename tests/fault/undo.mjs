// Takes back what no sync had made durable when the process was killed: reads the log of drop_unsynced.c from its
// end. share: how many of the unsynced changes, the oldest first, reached the disk all the same (0: none).
import fs from 'node:fs'
import path from 'node:path'

const WRITE = 1, TRUNCATE = 2, SYNC = 3, CREATE = 4, RENAME = 5, LINK = 6, UNLINK = 7, MKDIR = 8
const HEAD = 48

function records(file) {
  const b = fs.readFileSync(file)
  const list = []
  for (let at = 0; at + HEAD <= b.length; ) {
    const [seq, inode, offset, size] = [0, 8, 16, 24].map((k) => Number(b.readBigUInt64LE(at + k)))
    const [type, n1, n2] = [32, 36, 40].map((k) => b.readUInt32LE(at + k))
    if (at + HEAD + n1 + n2 > b.length) break // cut off by the kill, before the change was made
    const one = b.subarray(at + HEAD, at + HEAD + n1)
    const two = b.subarray(at + HEAD + n1, at + HEAD + n1 + n2)
    list.push({ seq, inode, offset, size, type, one, two })
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

function undoBytes(r, keepDir) {
  const fd = fs.openSync(path.join(keepDir, String(r.inode)), 'r+')
  if (r.one.length) fs.writeSync(fd, r.one, 0, r.one.length, r.offset)
  fs.ftruncateSync(fd, r.size)
  fs.closeSync(fd)
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

export function undo({ log, keepDir, share }) {
  const list = fs.existsSync(log) ? records(log) : []
  const synced = new Map() // inode of a file or folder → the last record a sync of it covered
  for (const r of list) if (r.type === SYNC) synced.set(r.inode, Math.max(synced.get(r.inode) ?? 0, r.offset))
  const loose = list.filter((r) => r.type !== SYNC && r.seq > (synced.get(r.inode) ?? 0))
  const lost = loose.slice(Math.floor(loose.length * share))
  for (const r of lost.reverse()) {
    if (r.type === WRITE || r.type === TRUNCATE) undoBytes(r, keepDir)
    else quietly(() => undoName[r.type](r, keepDir))
  }
  fs.rmSync(log, { force: true })
  fs.rmSync(keepDir, { recursive: true, force: true })
  return { records: list.length, undone: lost.length }
}
