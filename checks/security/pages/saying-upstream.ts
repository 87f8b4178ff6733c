import { createServer, type Server } from 'node:http'

/** An upstream that is there, and where. */
export type Saying = { readonly server: Server; readonly port: number }

/** An upstream of OpenAI's kind that says the payload: by turns as its answer and as its error. */
export async function startSaying(saying: { readonly text: string }): Promise<Saying> {
  let calls = 0
  const server = createServer((request, response) => {
    request.resume()
    calls += 1
    const { text } = saying
    const usage = { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 }
    const choice = { index: 0, delta: { role: 'assistant', content: text }, finish_reason: 'stop' }
    if (calls % 2 === 0) {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message: text, type: text, code: text, param: text } }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(
      `data: ${JSON.stringify({ id: text, object: 'chat.completion.chunk', created: 1, model: text, choices: [choice], usage })}\n\ndata: [DONE]\n\n`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}
