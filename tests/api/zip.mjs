// Archives for tests.
import zlib from 'node:zlib'

// A zip of members {name, bytes, mode?}, deflated.
export function zip(members) {
  const parts = [], central = []
  let at = 0
  for (const { name, bytes = Buffer.alloc(0), mode = 0o100644 } of members) {
    const n = Buffer.from(name), packed = zlib.deflateRawSync(bytes)
    const local = Buffer.alloc(30), entry = Buffer.alloc(46)
    local.writeUInt32LE(0x04034b50, 0)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(0x0314, 4)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(at, 42)
    for (const [h, o] of [[local, 4], [entry, 6]]) {
      h.writeUInt16LE(20, o)
      h.writeUInt16LE(0x800, o + 2)
      h.writeUInt16LE(8, o + 4)
      h.writeUInt32LE(0x5a210000, o + 6)
      h.writeUInt32LE(zlib.crc32(bytes), o + 10)
      h.writeUInt32LE(packed.length, o + 14)
      h.writeUInt32LE(bytes.length, o + 18)
      h.writeUInt16LE(n.length, o + 22)
    }
    parts.push(local, n, packed)
    central.push(entry, n)
    at += 30 + n.length + packed.length
  }
  const directory = Buffer.concat(central), end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, directory, end])
}
