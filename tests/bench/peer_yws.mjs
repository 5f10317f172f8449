// The server of y-websocket as it is published, on a port of our choice (PORT); SIGUSR2: collect garbage.
process.on('SIGUSR2', () => globalThis.gc?.())
process.env.HOST = '127.0.0.1'
await import('./node_modules/@y/websocket-server/src/server.js')
