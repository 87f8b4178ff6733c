import type { FormEvent, ReactNode } from 'react'
import { Snippet } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { AnswerShown } from './answer-shown.tsx'
import { AskFields, askOf, type Typed } from './ask-fields.tsx'
import { curlOf } from './curl-of.ts'
import { PLAYGROUND_PROTOCOLS } from './protocols.ts'
import { useAnswer } from './use-answer.ts'

type About = {
  readonly name: keyof typeof PLAYGROUND_PROTOCOLS
  readonly model: string
  readonly typed: Typed
  readonly onWrite: (changed: Partial<Typed>) => void
  readonly children: ReactNode
}

/** One call: what is asked, and beside it the answer; `children` choose the protocol and the model. */
export function CallBench({ name, model, typed, onWrite, children }: About) {
  const words = useWords().playground
  const { answer, send, stop } = useAnswer()
  const protocol = PLAYGROUND_PROTOCOLS[name]
  const ask = askOf(model, typed)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void send(protocol, ask)
  }
  return (
    <div className="bench">
      <form onSubmit={submit}>
        {children}
        <AskFields name={name} fields={protocol.fields} typed={typed} onWrite={onWrite} />
        <div className="row">
          <button type="submit" className="main" disabled={answer.state === 'coming'}>
            {words.send}
          </button>
          {answer.state === 'coming' && (
            <button type="button" onClick={stop}>
              {words.stop}
            </button>
          )}
        </div>
        <details>
          <summary className="faint">{words.curl}</summary>
          <Snippet code={curlOf(protocol, ask, window.location.origin)} />
        </details>
      </form>
      <AnswerShown answer={answer} />
    </div>
  )
}
