import type { PartStart } from '../events.ts'
import { signatureMember } from '../openai-words/index.ts'
import { ownName } from '../tool-names.ts'
import type { ItemSink, OpenItem } from './open-item.ts'

/** A call of a tool that the client runs, by the name and the namespace that it has there. */
export function callItem({ id: callId, name, isCustom }: Extract<PartStart, { type: 'tool-call' }>, sink: ItemSink): OpenItem {
  const [type, member] = isCustom === true ? (['custom_tool_call', 'input'] as const) : (['function_call', 'arguments'] as const)
  const event = isCustom === true ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
  const item = { id: sink.id, type, status: 'in_progress', call_id: callId, ...ownName(sink.call, name), [member]: '' }
  let text = ''
  let signature: string | undefined
  let hasBegun = false
  const add = (more: string): void => {
    text += more
    sink.send(`${event}.delta`, () => `"delta":${JSON.stringify(more)}`)
  }
  return {
    begin: () => {
      const isFirst = !hasBegun
      if (isFirst) sink.added(item)
      hasBegun = true
      return isFirst
    },
    push: (told) => {
      if (told.type === 'signature') signature = told.signature
      if (told.type === 'arguments-delta') add(told.text)
    },
    close: (status) => {
      // Some upstreams write nothing where a tool takes nothing, which is no JSON.
      if (text === '' && isCustom !== true && status === 'completed') add('{}')
      sink.send(`${event}.done`, () => `"${member}":${JSON.stringify(text)}`)
      return { ...item, status, [member]: text, ...signatureMember(signature) }
    },
  }
}
