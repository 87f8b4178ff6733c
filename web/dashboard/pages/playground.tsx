import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { PublishedPrice } from '../../lib/receipt/index.ts'
import { Asked, Choice, Empty, Field, Page, Segments, Snippet, TextField } from '../../parts/index.ts'
import { Only } from '../only.tsx'
import { AnswerShown } from '../playground/answer-shown.tsx'
import { type Ask, curlOf, PLAYGROUND_PROTOCOLS, type ProtocolName } from '../playground/protocols.ts'
import { useAnswer } from '../playground/use-answer.ts'
import { useSearchTexts } from '../search-texts.ts'
import { useWords } from '../words/index.ts'

const NAMES = Object.keys(PLAYGROUND_PROTOCOLS) as readonly ProtocolName[]

/** Tries a model out, in any protocol; what is said stays in this tab. */
export function PlaygroundPage() {
  const words = useWords().playground
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<{ readonly data: readonly PublishedPrice[] }> path="/v1/prices">
        {({ data }) => {
          const models = [...new Set(data.map(({ model }) => model))].sort()
          return models.length === 0 ? (
            <Empty>{words.noModels}</Empty>
          ) : (
            <Only right="keys">
              <Bench models={models} />
            </Only>
          )
        }}
      </Asked>
    </Page>
  )
}

function Bench({ models }: { readonly models: readonly string[] }) {
  const words = useWords().playground
  const search = useSearchTexts(['protocol', 'model'])
  const navigate = useNavigate()
  const name = NAMES.find((one) => one === search.protocol) ?? 'chat'
  const model = models.find((one) => one === search.model) ?? models[0] ?? ''
  const change = (changed: object) => void navigate({ to: '.', search: { protocol: name, model, ...changed } as never, replace: true })
  const [typed, setTyped] = useState({ system: '', prompt: '', temperature: '', maxTokens: '' })
  const write = (changed: Partial<typeof typed>) => setTyped({ ...typed, ...changed })
  const { answer, send, stop } = useAnswer()
  const protocol = PLAYGROUND_PROTOCOLS[name]
  const ask: Ask = {
    model,
    system: typed.system,
    prompt: typed.prompt,
    temperature: numberOf(typed.temperature),
    maxTokens: numberOf(typed.maxTokens),
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void send(protocol, ask)
  }
  return (
    <div className="bench">
      <form onSubmit={submit}>
        <Segments
          label={words.protocol}
          value={name}
          choices={NAMES.map((one) => ({ value: one, shown: PLAYGROUND_PROTOCOLS[one].name }))}
          onChange={(chosen) => change({ protocol: chosen })}
        />
        <Choice label={words.model} value={model} onChange={(event) => change({ model: event.currentTarget.value })}>
          {models.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Choice>
        <TextField label={words.system} hint={words.systemHint} rows={2} value={typed.system} onWrite={(system) => write({ system })} />
        <TextField label={words.prompt} rows={7} value={typed.prompt} onWrite={(prompt) => write({ prompt })} required />
        <Numbers typed={typed} onWrite={write} />
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

function Numbers(about: {
  readonly typed: { readonly temperature: string; readonly maxTokens: string }
  readonly onWrite: (changed: { readonly temperature?: string; readonly maxTokens?: string }) => void
}) {
  const words = useWords().playground
  const { typed, onWrite } = about
  return (
    <div className="pair">
      <Field
        {...{ label: words.temperature, hint: words.temperatureHint, inputMode: 'decimal', pattern: '\\d(\\.\\d+)?' }}
        value={typed.temperature}
        onChange={(event) => onWrite({ temperature: event.currentTarget.value })}
      />
      <Field
        {...{ label: words.maxTokens, hint: words.maxTokensHint, inputMode: 'numeric', pattern: '[1-9]\\d{0,6}' }}
        value={typed.maxTokens}
        onChange={(event) => onWrite({ maxTokens: event.currentTarget.value })}
      />
    </div>
  )
}

const numberOf = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))
