import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { secretIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Choice, Empty, Field, Money, Notice, Section, Snippet } from '../../parts/index.ts'
import type { ListOf, Setup, Trial, Upstream } from '../answers.ts'
import { ActFailed } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** Keys of upstreams: those in use with a call to try each, and the way to give another. */
export function UpstreamStep({ setup }: { readonly setup: Setup }) {
  const words = useWords().setup
  return (
    <>
      <Section title={words.inUse}>
        <Asked<ListOf<Upstream>> path="/operator/v1/upstreams">
          {({ data }) =>
            data.length === 0 ? <Empty>{words.noUpstreams}</Empty> : data.map((upstream) => <TryKey key={upstream.id} id={upstream.id} />)
          }
        </Asked>
      </Section>
      <GiveKey known={setup.upstreams} />
    </>
  )
}

function TryKey({ id }: { readonly id: string }) {
  const words = useWords().setup
  const [trial, setTrial] = useState<Trial>()
  const trying = useAct(async (_: undefined, once) => {
    setTrial(undefined)
    setTrial(await call<Trial>(`/operator/v1/upstreams/${encodeURIComponent(id)}/trial`, { method: 'POST', body: {}, once }))
  })
  return (
    <div className="form">
      <div className="row">
        <code>{id}</code>
        <button type="button" disabled={trying.isRunning} onClick={() => void trying.run(undefined)}>
          {words.try}
        </button>
      </div>
      {trial !== undefined && <Tried trial={trial} />}
      {trying.error !== undefined && <ActFailed error={trying.error} onAgain={() => void trying.run(undefined)} />}
    </div>
  )
}

function Tried({ trial }: { readonly trial: Trial }) {
  const words = useWords().setup
  if (trial.problem !== null)
    return (
      <Notice kind="loss">
        <span>
          {words.problems[trial.problem]} {trial.status !== null && words.status(trial.status)}
        </span>
      </Notice>
    )
  return (
    <Notice kind="proven">
      <span>
        {words.works(trial.model, showCount(trial.latency_ms))} ·{' '}
        {words.tokens(showCount(trial.input_tokens ?? 0), showCount(trial.output_tokens ?? 0))} ·{' '}
        {trial.cost === null ? words.costUnknown : <Money usd={trial.cost} />}. {words.tried}
      </span>
    </Notice>
  )
}

function GiveKey({ known }: { readonly known: Setup['upstreams'] }) {
  const words = useWords().setup
  const client = useQueryClient()
  const [id, setId] = useState(known[0]?.id ?? '')
  const [isSaved, setSaved] = useState(false)
  const chosen = known.find((one) => one.id === id)
  const saving = useAct(async (body: { readonly kind: string; readonly base_url: string; readonly api_key: string }) => {
    await call(`/operator/v1/upstreams/${encodeURIComponent(id)}`, { method: 'PUT', body })
    setSaved(true)
    void client.invalidateQueries()
  })
  if (chosen === undefined) return null
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    void saving.run({ kind: chosen.kind, base_url: chosen.base_url, api_key: secretIn(form, 'key').trim() }).then(() => form.reset())
  }
  return (
    <>
      <form onSubmit={submit}>
        <Choice
          label={words.provider}
          value={id}
          onChange={(event) => {
            setId(event.target.value)
            setSaved(false)
          }}
        >
          {known.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Choice>
        <Field label={words.key} hint={words.keyHint} name="key" type="password" autoComplete="off" required minLength={8} />
        {saving.error !== undefined && <ActFailed error={saving.error} onAgain={() => undefined} />}
        {isSaved && (
          <Notice kind="proven">
            <span>{words.saved}</span>
          </Notice>
        )}
        <div className="row">
          <button type="submit" disabled={saving.isRunning}>
            {words.save(chosen.name)}
          </button>
        </div>
      </form>
      <p className="faint">{words.byVariable}</p>
      <Snippet code={`${chosen.variable}=…`} />
    </>
  )
}
