import { useEffect, useRef, useState } from 'react'
import { CallError } from '../../lib/call.ts'
import { inLanguage } from './in-language.ts'
import {
  type Heard,
  readSessionEvent,
  type SessionAsk,
  saying,
  sessionAddress,
  sessionProtocols,
  sessionUpdate,
  wavOf,
} from './realtime-events.ts'
import { useTemporaryKey } from './use-temporary-key.ts'

/** One turn of a conversation: its place in it, what was said, by whom, and how it sounds where it was spoken. */
export type Turn = {
  readonly place: number
  readonly by: 'person' | 'model'
  readonly text: string
  readonly sound?: Blob
  readonly input?: number
  readonly output?: number
  readonly refused?: string
}

/** A conversation as far as it has come; it is kept in this tab's memory alone. `code` is what a connection was closed with. */
export type Session = {
  readonly state: 'none' | 'opening' | 'open' | 'ended' | 'refused'
  readonly isAnswering: boolean
  readonly turns: readonly Turn[]
  readonly code?: number
  readonly error?: CallError
}

const NONE: Session = { state: 'none', isAnswering: false, turns: [] }

/** Opens realtime sessions from this tab, with a key for ten minutes; what is said never goes to /api. */
export function useSession() {
  const [session, setSession] = useState<Session>(NONE)
  const keyOf = useTemporaryKey()
  const socket = useRef<WebSocket>(undefined)
  const pcm = useRef<string[]>([])
  useEffect(() => () => socket.current?.close(), [])
  const change = (changed: Partial<Session>) => setSession((old) => ({ ...old, ...changed }))
  const hear = (heard: Heard) => {
    if (heard.pcm !== undefined) pcm.current.push(heard.pcm)
    const spoken = heard.isEnd === true ? pcm.current.splice(0) : []
    const sound = spoken.length > 0 ? { sound: wavOf(spoken) } : {}
    setSession((old) => ({ ...old, isAnswering: old.isAnswering && heard.isEnd !== true, turns: withHeard(old.turns, heard, sound) }))
  }
  const open = async (ask: SessionAsk): Promise<void> => {
    setSession({ ...NONE, state: 'opening' })
    try {
      const opened = new WebSocket(sessionAddress(ask.model, window.location), sessionProtocols(await keyOf()))
      socket.current = opened
      opened.onopen = () => {
        opened.send(JSON.stringify(sessionUpdate(ask)))
        change({ state: 'open' })
      }
      opened.onmessage = ({ data }) => void inOwnWords(readSessionEvent(JSON.parse(String(data)))).then(hear)
      opened.onclose = ({ code }) =>
        setSession((old) => ({ ...old, isAnswering: false, state: old.state === 'opening' ? 'refused' : 'ended', code }))
    } catch (thrown) {
      change({ state: 'refused', ...(thrown instanceof CallError && { error: thrown }) })
    }
  }
  const say = (text: string): void => {
    setSession((old) => ({ ...old, isAnswering: true, turns: withSaid(old.turns, text) }))
    for (const event of saying(text)) socket.current?.send(JSON.stringify(event))
  }
  return { session, open, say, end: () => socket.current?.close(1000) }
}

/** What a gateway refused is told in the language of the page; all else comes through in the order that it came in. */
async function inOwnWords(heard: Heard): Promise<Heard> {
  return heard.refused === undefined ? heard : { ...heard, refused: await inLanguage(heard.refused) }
}

/** What a person said, and the place of the answer to it. */
const withSaid = (turns: readonly Turn[], text: string): readonly Turn[] => [
  ...turns,
  { place: turns.length, by: 'person', text },
  { place: turns.length + 1, by: 'model', text: '' },
]

/** What was heard belongs to the last turn, which is the model's once anything was said to it. */
function withHeard(
  turns: readonly Turn[],
  { text = '', input, output, refused }: Heard,
  sound: { readonly sound?: Blob },
): readonly Turn[] {
  const last = turns.at(-1)
  if (last?.by !== 'model') return turns
  const told = { ...(input !== undefined && { input }), ...(output !== undefined && { output }), ...(refused !== undefined && { refused }) }
  return [...turns.slice(0, -1), { ...last, ...sound, ...told, text: last.text + text }]
}
