import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
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

type Known = Setup['upstreams'][number]

/** What an upstream is put with to have another key: one that is in use keeps where it is called and all that was said of it. */
function bodyOf({ kind, base_url }: Known, inUse: Upstream | undefined): object {
  if (inUse === undefined) return { kind, base_url }
  const { api_version, max_concurrency, protocols } = inUse
  return {
    ...{ kind: inUse.kind, base_url: inUse.base_url, placement: inUse.placement, privacy: inUse.privacy, fetch_urls: inUse.fetch_urls },
    ...(api_version !== null && { api_version }),
    ...(max_concurrency !== null && { max_concurrency }),
    ...(protocols !== null && { protocols }),
  }
}

async function giveKey(known: Known, key: string): Promise<void> {
  const { data } = await call<ListOf<Upstream>>('/operator/v1/upstreams')
  const terms = bodyOf(
    known,
    data.find(({ id }) => id === known.id),
  )
  await call(`/operator/v1/upstreams/${encodeURIComponent(known.id)}`, { method: 'PUT', body: { ...terms, api_key: key } })
}

function GiveKey({ known }: { readonly known: Setup['upstreams'] }) {
  const words = useWords().setup
  const client = useQueryClient()
  const [id, setId] = useState(known[0]?.id ?? '')
  const [key, setKey] = useState('')
  const [isSaved, setSaved] = useState(false)
  const chosen = known.find((one) => one.id === id)
  const saving = useAct(async (to: Known) => {
    setSaved(false)
    await giveKey(to, key.trim())
    setKey('')
    setSaved(true)
    void client.invalidateQueries()
  })
  if (chosen === undefined) return null
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void saving.run(chosen)
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
        <Field
          {...{ label: words.key, hint: words.keyHint, type: 'password', autoComplete: 'off', minLength: 8 }}
          value={key}
          onChange={(event) => setKey(event.target.value)}
          required
        />
        {saving.error !== undefined && <ActFailed error={saving.error} onAgain={() => void saving.run(chosen)} />}
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
