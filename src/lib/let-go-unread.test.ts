// Guarantee: what comes of a body that was answered already is given back as it comes, whether or not the server had begun to read it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { letGoUnread } from './let-go-unread.ts'

const BODY_BYTES = 1_000_000
/** What is shorter is not worth giving back. */
const SHORT_BYTES = 4_096

/** The parts that came of a body after its answer, once all of it has come; `isBegun`: whether the server had read of it before. */
async function partsAfterAnswer({
  isBegun,
}: {
  readonly isBegun: boolean
}): Promise<{ readonly came: number; readonly parts: readonly Buffer[] }> {
  const parts: Buffer[] = []
  let came = 0
  const server = createServer((request, response) => {
    letGoUnread(request, response)
    response.prependOnceListener('finish', () => {
      request.prependListener('data', (part: Buffer) => {
        came += part.length
        parts.push(part)
      })
    })
    request.once('end', () => client.destroy())
    const refuse = (): void => void response.writeHead(413).end('too large')
    if (isBegun) request.once('data', refuse)
    else refuse()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.write(`POST / HTTP/1.1\r\nhost: farebox.example\r\ncontent-length: ${BODY_BYTES}\r\n\r\na`)
  await once(client, 'data')
  client.write(Buffer.alloc(BODY_BYTES - 1))
  await once(client, 'close')
  server.close()
  return { came, parts }
}

for (const isBegun of [true, false])
  test(`what comes of a body after its answer is given back as it comes, ${isBegun ? 'begun' : 'not begun'}`, {
    timeout: 30_000,
  }, async () => {
    const { came, parts } = await partsAfterAnswer({ isBegun })
    assert.ok(came >= BODY_BYTES - 1, `blind: ${came} bytes came`)
    assert.ok(parts.every(({ length }) => length < SHORT_BYTES))
  })
