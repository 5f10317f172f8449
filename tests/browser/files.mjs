// Real files for the stories, written here: a zip (stored), a docx and a pptx that hold the given text, an xlsx of rows, a PDF of
// one page, and an mp4 of any size whose boxes are right though it shows nothing.
import zlib from 'node:zlib'

function zip(entries) {
  const parts = []
  const central = []
  let at = 0
  for (const [name, text] of entries) {
    const data = Buffer.from(text)
    const n = Buffer.from(name)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    head.writeUInt16LE(0x800, 2)
    head.writeUInt16LE(0x5a21, 8)
    head.writeUInt32LE(zlib.crc32 ? zlib.crc32(data) : crc32(data), 10)
    head.writeUInt32LE(data.length, 14)
    head.writeUInt32LE(data.length, 18)
    head.writeUInt16LE(n.length, 22)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head, tail, n)
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), head, n, data)
    at += 30 + n.length + data.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, directory, end])
}

function crc32(data) {
  let c = ~0
  for (const byte of data) {
    c ^= byte
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
  }
  return ~c >>> 0
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = 'http://schemas.openxmlformats.org'
const types = (part, type) =>
  `${xml}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/></Types>`
const rels = (rows) =>
  `${xml}<Relationships xmlns="${office}/package/2006/relationships">${rows.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/officeDocument/2006/relationships/${type}" Target="${target}"/>`).join('')}</Relationships>`

export function docx(...paragraphs) {
  const body = paragraphs.map((p) => `<w:p><w:r><w:t>${p}</w:t></w:r></w:p>`).join('')
  return zip([
    ['[Content_Types].xml', types('word/document.xml', 'wordprocessingml.document.main')],
    ['_rels/.rels', rels([['r1', 'officeDocument', 'word/document.xml']])],
    ['word/document.xml', `${xml}<w:document xmlns:w="${office}/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`],
  ])
}

export function pptx(...lines) {
  const text = lines.map((l) => `<a:p><a:r><a:t>${l}</a:t></a:r></a:p>`).join('')
  const ns = `xmlns:a="${office}/drawingml/2006/main" xmlns:r="${office}/officeDocument/2006/relationships" xmlns:p="${office}/presentationml/2006/main"`
  return zip([
    ['[Content_Types].xml', types('ppt/presentation.xml', 'presentationml.presentation.main')],
    ['_rels/.rels', rels([['r1', 'officeDocument', 'ppt/presentation.xml']])],
    ['ppt/presentation.xml', `${xml}<p:presentation ${ns}><p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>`],
    ['ppt/_rels/presentation.xml.rels', rels([['r1', 'slide', 'slides/slide1.xml']])],
    ['ppt/slides/slide1.xml', `${xml}<p:sld ${ns}><p:cSld><p:spTree><p:sp><p:txBody>${text}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>`],
  ])
}

export function xlsx(...rows) {
  const cell = (v, i, n) => `<c r="${String.fromCharCode(65 + i)}${n}" t="inlineStr"><is><t>${v}</t></is></c>`
  const data = rows.map((r, n) => `<row r="${n + 1}">${r.map((v, i) => cell(v, i, n + 1)).join('')}</row>`).join('')
  const ns = `xmlns="${office}/spreadsheetml/2006/main" xmlns:r="${office}/officeDocument/2006/relationships"`
  return zip([
    ['[Content_Types].xml', types('xl/workbook.xml', 'spreadsheetml.sheet.main')],
    ['_rels/.rels', rels([['r1', 'officeDocument', 'xl/workbook.xml']])],
    ['xl/workbook.xml', `${xml}<workbook ${ns}><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', rels([['r1', 'worksheet', 'worksheets/sheet1.xml']])],
    ['xl/worksheets/sheet1.xml', `${xml}<worksheet ${ns}><sheetData>${data}</sheetData></worksheet>`],
  ])
}

export function archive(names) {
  return zip(names.map((name) => [name, `内容：${name}`]))
}

export function mp4(size) {
  const ftyp = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')
  const moov = Buffer.from('\0\0\0\x08moov', 'latin1')
  const mdat = Buffer.alloc(size - ftyp.length - moov.length)
  for (let i = 8; i < mdat.length; i++) mdat[i] = (i * 31 + (i >> 8)) & 255
  mdat.writeUInt32BE(mdat.length, 0)
  mdat.write('mdat', 4, 'latin1')
  return Buffer.concat([ftyp, moov, mdat])
}

export function pdf(text) {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    (() => {
      const stream = `BT /F1 32 Tf 60 480 Td (${text}) Tj ET`
      return `<</Length ${stream.length}>>stream\n${stream}\nendstream`
    })(),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]
  let out = '%PDF-1.4\n'
  const at = objects.map((o, i) => {
    const here = out.length
    out += `${i + 1} 0 obj\n${o}\nendobj\n`
    return here
  })
  const start = out.length
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}`
  return Buffer.from(`${out}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`)
}
