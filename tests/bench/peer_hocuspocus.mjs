// Hocuspocus as it is published, with SQLite in the file FILE; SIGUSR2: collect garbage.
import { Server } from '@hocuspocus/server'
import { SQLite } from '@hocuspocus/extension-sqlite'

process.on('SIGUSR2', () => globalThis.gc?.())
const server = new Server({ port: Number(process.env.PORT), address: '127.0.0.1', quiet: true, extensions: [new SQLite({ database: process.env.FILE })] })
await server.listen()
console.log('running')
