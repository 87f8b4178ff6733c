// An MCP server with one tool, which writes the file that it is started with: `node mcp-server-child.ts ferry.txt`.
// Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio (2026-11-30).
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

type Message = {
  readonly id?: number | string
  readonly method: string
  readonly params?: { readonly protocolVersion?: string; readonly arguments?: { readonly text?: string } }
}

const [, , file = ''] = process.argv
const inputSchema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }

function answerTo({ method, params }: Message): object | undefined {
  if (method === 'initialize')
    return { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'ferry', version: '1.0.0' } }
  if (method === 'tools/list') return { tools: [{ name: 'write_notice', description: 'Writes what the ferry tells.', inputSchema }] }
  if (method !== 'tools/call') return undefined
  writeFileSync(file, params?.arguments?.text ?? '')
  return { content: [{ type: 'text', text: 'written' }] }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Message
  if (message.id === undefined) return
  const result = answerTo(message)
  const told = result === undefined ? { error: { code: -32_601, message: 'no such method' } } : { result }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: message.id, ...told })}\n`)
})
