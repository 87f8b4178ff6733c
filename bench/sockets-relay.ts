// A process that passes bytes on between each client's connection and one of its own to the upstream, and looks at none of them.
import net from 'node:net'

const server = net.createServer({ noDelay: true }, (client) => {
  const upstream = net.connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true })
  client.on('data', (bytes) => upstream.write(bytes))
  upstream.on('data', (bytes) => client.write(bytes))
  for (const [one, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    one.on('error', () => one.destroy())
    one.on('close', () => other.destroy())
  }
})

server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0)
})
process.on('disconnect', () => process.exit(0))
