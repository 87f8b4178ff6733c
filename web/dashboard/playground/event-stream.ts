/** Reads the data of server-sent events as they come, in whatever pieces. Source: html.spec.whatwg.org/multipage/server-sent-events.html (2026-11-26). */
export async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value = '' } = await reader.read()
    const events = `${rest}${value}`.replace(/\r\n/g, '\n').split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) yield* dataOf(event)
    if (done) return
  }
}

function* dataOf(event: string): Generator<string> {
  const lines = event.split('\n').filter((line) => line.startsWith('data:'))
  if (lines.length > 0) yield lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')
}
