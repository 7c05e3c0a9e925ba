// Lists every item of the PST store named by the last argument, one JSON object
// a line, with the raw bytes of its properties.
const { PSTFile } = require('pst-extractor')

// What the package has to say is a complaint, except that it has no class of
// its own for a kind of message.
const complain = console.error
console.log = console.error = (...said) => {
  if (!String(said[0]).includes('unknown message type')) complain(...said)
}

// The values that the property record itself holds: type -> bytes.
const inline = { 0x2: 2, 0x3: 4, 0x4: 4, 0xa: 4, 0xb: 1 }

function data(object, item) {
  const size = inline[item.entryValueType]
  if (size) {
    const b = Buffer.alloc(4)
    b.writeInt32LE(item.entryValueReference | 0)
    return b.subarray(0, size).toString('hex')
  }
  if (item.entryValueReference === 0) return ''
  if (item.entryValueType === 0xd) return null // the record of an object, not the object
  if (!item.isExternalValueReference) return item.data.toString('hex')
  const sub = object.localDescriptorItems && object.localDescriptorItems.get(item.entryValueReference)
  const bytes = sub && sub.getData()
  return bytes ? bytes.toString('hex') : null
}

function props(object) {
  return [...object.pstTableItems.values()].map((item) => ({
    Tag: item.entryType.toNumber() * 0x10000 + item.entryValueType,
    Data: data(object, item),
  }))
}

function line(folder, message) {
  const attachments = []
  for (let i = 0; i < message.numberOfAttachments; i++) attachments.push(props(message.getAttachment(i)))
  return JSON.stringify({
    NID: message.descriptorNodeId.toNumber(),
    Folder: folder,
    Props: props(message),
    Recipients: message.numberOfRecipients,
    Attachments: attachments,
  })
}

function walk(folder, path) {
  for (let m = folder.contentCount > 0 ? folder.getNextChild() : null; m; m = folder.getNextChild()) {
    process.stdout.write(line(path, m) + '\n')
  }
  if (!folder.hasSubfolders) return
  for (const sub of folder.getSubFolders()) {
    walk(sub, path === '' ? sub.displayName : path + '/' + sub.displayName)
  }
}

try {
  walk(new PSTFile(process.argv[process.argv.length - 1]).getRootFolder(), '')
} catch (err) {
  complain(err.stack.split('\n')[0])
}
