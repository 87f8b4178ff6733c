import type { CanonicalCall } from '../call.ts'

const PREFIX = 'farebox_call_'

/** An id for a call that the provider gave none: the same for the same reply, as it comes back with the tool's result. */
export const madeUpId = (replyId: string, number: number): string => `${PREFIX}${replyId.replace(/[^\w-]/g, '').slice(-40)}_${number}`

/** The id of a call as the provider knows it: undefined for one that we made up, so that calls are matched by their order again. */
export const knownId = (id: string): string | undefined => (id.startsWith(PREFIX) ? undefined : id)

/** Names of the tools that were called, by the id of the call. */
export const calledNames = ({ messages }: Pick<CanonicalCall, 'messages'>): ReadonlyMap<string, string> =>
  new Map(messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part.name] as const] : []))))

/** Which call of a conversation an id is of, counted from 0; one after all of them for an id of none. */
export function callOrder({ messages }: Pick<CanonicalCall, 'messages'>): (id: string) => number {
  const ids = messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])))
  const order = new Map(ids.map((id, index) => [id, index] as const))
  return (id) => order.get(id) ?? ids.length
}

/** The calls of a conversation that wait for what their tool gives. */
export type OpenCalls = {
  /** A call, whose id is made up where it came without one. */
  readonly add: (name: string, id: string | undefined) => string
  /** The id of the oldest call of a name that is still open, or of any that was made; undefined when there was none. */
  readonly answer: (name: string, id: string | undefined) => string | undefined
}

/** The calls of one request. */
export function openCalls(): OpenCalls {
  const open: { readonly name: string; readonly id: string }[] = []
  let count = 0
  return {
    add: (name, told) => {
      const id = told ?? madeUpId('', count)
      count += 1
      open.push({ name, id })
      return id
    },
    answer: (name, told) => {
      const found = open.findIndex((call) => (told === undefined ? call.name === name : call.id === told))
      const [call] = found < 0 ? [] : open.splice(found, 1)
      return told ?? call?.id
    },
  }
}
