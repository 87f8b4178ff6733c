import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount, showUsd } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Dialog, Failed, Field, Notice, Section, usePartWords, When } from '../../parts/index.ts'
import type { OwnRetention } from '../answers.ts'
import { useProven } from '../prove.tsx'
import { useWords } from '../words/index.ts'

const PATH = '/api/account/retention'

/** How many days notes of calls are kept: fewer, after what goes was read; more at once. */
export function CallsKeptSection() {
  const words = useWords().privacy.calls
  return (
    <Section title={words.title}>
      <Asked<OwnRetention> path={PATH}>{(kept) => <CallsKept key={kept.days} kept={kept} />}</Asked>
    </Section>
  )
}

function CallsKept({ kept: { days, maximum } }: { readonly kept: OwnRetention }) {
  const words = useWords().privacy.calls
  const client = useQueryClient()
  const [text, setText] = useState(String(days))
  const [shortening, setShortening] = useState<number>()
  const wanted = /^\d{1,2}$/.test(text.trim()) ? Number(text) : 0
  const isRight = wanted >= 1 && wanted <= maximum
  const lengthen = useAct(async (more: number) => {
    await call(PATH, { method: 'PUT', body: { days: more } })
    await client.invalidateQueries({ queryKey: [PATH] })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (wanted < days) setShortening(wanted)
    else void lengthen.run(wanted)
  }
  return (
    <>
      <p>{words.now(days)}</p>
      <p className="faint">{words.means(maximum)}</p>
      <form onSubmit={submit}>
        <Field
          label={words.days}
          hint={words.hint(maximum)}
          name="days"
          inputMode="numeric"
          className="short"
          required
          pattern="\s*[1-9]\d?\s*"
          title={words.hint(maximum)}
          value={text}
          onChange={(event) => setText(event.target.value)}
          wrong={lengthen.error?.field === 'days' ? lengthen.error.message : undefined}
        />
        {lengthen.error !== undefined && lengthen.error.field !== 'days' && <Failed error={lengthen.error} />}
        <div className="row">
          <button type="submit" disabled={!isRight || wanted === days || lengthen.isRunning}>
            {isRight && wanted < days ? words.shorten(wanted) : words.lengthen(isRight ? wanted : days)}
          </button>
        </div>
      </form>
      {shortening !== undefined && <Shorten days={shortening} onClose={() => setShortening(undefined)} />}
    </>
  )
}

function Shorten({ days, onClose }: { readonly days: number; readonly onClose: () => void }) {
  const words = useWords().privacy.calls
  return (
    <Dialog title={words.shortenTitle(days)} onClose={onClose}>
      <Asked<OwnRetention> path={`${PATH}?days=${days}`}>{({ lost }) => <ShortenForm days={days} lost={lost} onClose={onClose} />}</Asked>
    </Dialog>
  )
}

type About = { readonly days: number; readonly lost: OwnRetention['lost']; readonly onClose: () => void }

/** What goes, before it does. */
function ShortenForm({ days, lost, onClose }: About) {
  const words = useWords().privacy.calls
  const { cancel } = usePartWords()
  const client = useQueryClient()
  const shorten = useAct(async (fewer: number) => {
    await call(PATH, { method: 'PUT', body: { days: fewer } })
    onClose()
    await client.invalidateQueries()
  })
  const proven = useProven(shorten)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    proven.run(days)
  }
  return (
    <>
      <form onSubmit={submit}>
        {lost !== null && lost.calls > 0 ? (
          <dl className="roll">
            <div>
              <dt>{words.upTo}</dt>
              <dd>
                <When at={lost.until} isDay />
              </dd>
            </div>
            <div>
              <dt>{words.requests}</dt>
              <dd className="figure">{showCount(lost.calls)}</dd>
            </div>
            <div>
              <dt>{words.worth}</dt>
              <dd className="figure">{showUsd(lost.cost)}</dd>
            </div>
          </dl>
        ) : (
          <Notice>{words.nothingYet}</Notice>
        )}
        <p className="bad">{words.goes}</p>
        <p className="faint">{words.stays(days)}</p>
        {proven.error !== undefined && <Failed error={proven.error} />}
        <div className="answers">
          <button type="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="grave" disabled={shorten.isRunning}>
            {words.shortenAct(days)}
          </button>
        </div>
      </form>
      {/* It has a form of its own, which may not stand within this one. */}
      {proven.dialog}
    </>
  )
}
