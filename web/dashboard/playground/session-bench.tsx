import { type FormEvent, type ReactNode, useState } from 'react'
import { showCount } from '../../lib/money.ts'
import { Failed, Notice, Segments, Snippet, TextField } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import type { Typed } from './ask-fields.tsx'
import { Sound } from './made-things.tsx'
import { sessionAddress } from './realtime-events.ts'
import { type Session, type Turn, useSession } from './use-session.ts'

type About = {
  readonly model: string
  readonly typed: Typed
  readonly onWrite: (changed: Partial<Typed>) => void
  readonly children: ReactNode
}

/** A realtime session: it is opened, spoken with turn by turn, and ended; `children` choose the protocol and the model. */
export function SessionBench({ model, typed, onWrite, children }: About) {
  const words = useWords().playground
  const [kind, setKind] = useState<'text' | 'voice'>('text')
  const { session, open, say, end } = useSession()
  const isOpen = session.state === 'open'
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!isOpen) return void open({ model, system: typed.system, isSpoken: kind === 'voice' })
    say(typed.prompt)
    onWrite({ prompt: '' })
  }
  return (
    <div className="bench">
      <form onSubmit={submit}>
        <fieldset className="bare" disabled={isOpen || session.state === 'opening'}>
          {children}
          <TextField label={words.system} hint={words.systemHint} rows={2} value={typed.system} onWrite={(system) => onWrite({ system })} />
          <Segments
            label={words.answersIn}
            value={kind}
            choices={(['text', 'voice'] as const).map((value) => ({ value, shown: words.answerKinds[value] }))}
            onChange={(value) => setKind(value === 'voice' ? 'voice' : 'text')}
          />
        </fieldset>
        {isOpen && <TextField label={words.say} rows={3} value={typed.prompt} onWrite={(prompt) => onWrite({ prompt })} required />}
        <div className="row">
          <button type="submit" className="main" disabled={session.isAnswering || session.state === 'opening'}>
            {isOpen ? words.send : words.openSession}
          </button>
          {isOpen && (
            <button type="button" onClick={end}>
              {words.endSession}
            </button>
          )}
        </div>
        <details>
          <summary className="faint">{words.code}</summary>
          <Snippet code={codeOf(sessionAddress(model, window.location))} />
        </details>
      </form>
      <Conversation session={session} />
    </div>
  )
}

const codeOf = (address: string): string => `const session = new WebSocket('${address}', ['realtime', \`openai-insecure-api-key.\${key}\`])`

function Conversation({ session: { state, turns, code, error } }: { readonly session: Session }) {
  const words = useWords().playground
  return (
    <section className="section">
      <header>
        <h2>{words.conversation}</h2>
        {state !== 'none' && state !== 'refused' && <span className="faint">{words.sessionStates[state]}</span>}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys */}
      <div className="said" aria-live="polite" tabIndex={0}>
        {turns.length === 0 && <span className="faint">{state === 'open' ? words.saySomething : words.emptySession}</span>}
        {turns.map((turn) => (
          <TurnShown key={turn.place} turn={turn} />
        ))}
      </div>
      {state === 'refused' && (error === undefined ? <Notice kind="loss">{words.sessionRefused}</Notice> : <Failed error={error} />)}
      {state === 'ended' && <Notice>{code === 1008 ? words.endedByMoney : code === 1001 ? words.endedByTime : words.ended}</Notice>}
      {turns.length > 0 && <a href="/dashboard/requests">{words.billsOfAnswers}</a>}
    </section>
  )
}

function TurnShown({ turn: { by, text, sound, input, output, refused } }: { readonly turn: Turn }) {
  const words = useWords().playground
  return (
    <div className="turn">
      <div className="row">
        <strong>{words.by[by]}</strong>
        {input !== undefined && <span className="faint figure">{words.tokens(showCount(input), showCount(output ?? 0))}</span>}
      </div>
      <div>{text}</div>
      {sound !== undefined && <Sound sound={sound} />}
      {refused !== undefined && <span className="bad">{refused}</span>}
    </div>
  )
}
