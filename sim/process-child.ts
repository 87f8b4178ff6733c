import process from 'node:process'
import type { SimOrder } from './process.ts'
import { startSimUpstream } from './upstream.ts'

// The child's side of startSimProcess: nothing but orders in and reports out.
const upstream = await startSimUpstream(JSON.parse(process.argv[2] ?? '{}'))
process.on('disconnect', () => process.exit(0))
process.on('message', (message) => void obey(message as SimOrder))
process.send?.({ port: upstream.port })

async function obey(order: SimOrder): Promise<void> {
  if (order.do === 'script') upstream.script(order.script)
  if (order.do === 'forget') upstream.forget()
  if (order.do === 'calls') await upstream.idle()
  process.send?.(order.do === 'calls' ? { calls: upstream.calls.map((call) => ({ ...call, body: undefined })) } : {})
}
