import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import { call } from '../../lib/call.ts'
import { showTold } from '../../lib/show-told.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Notice, Page, Section, Tag } from '../../parts/index.ts'
import type { Setup } from '../answers.ts'
import { ActFailed } from '../parts/index.ts'
import { MarginSlider } from '../prices/margin-slider.tsx'
import { useMay } from '../rights.ts'
import { NameStep, PaymentsStep, PolicyStep } from '../setup/file-steps.tsx'
import { UpstreamStep } from '../setup/upstream-step.tsx'
import { useWords } from '../words/index.ts'

type Step = Setup['steps'][number]
type About = { readonly setup: Setup }

/** The first run, step by step: each can be skipped and taken up again; without a step in the path, the first that is open. */
export function SetupPage() {
  const words = useWords().setup
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<Setup> path="/operator/v1/setup">{(setup) => <Steps setup={setup} />}</Asked>
    </Page>
  )
}

function Steps({ setup }: About) {
  const words = useWords().setup
  const { step: asked } = useParams({ strict: false }) as { readonly step?: string }
  const shown = setup.steps.find(({ step }) => step === asked) ?? setup.steps.find(({ state }) => state === 'open')
  const done = setup.steps.filter(({ state }) => state === 'done').length
  return (
    <>
      <nav className="tabs" aria-label={words.title}>
        {setup.steps.map(({ step, state }) => (
          <Link key={step} to={`/setup/${step}`} aria-current={step === shown?.step ? 'page' : undefined} activeProps={{}}>
            {words.steps[step]} <Tag {...(state === 'done' ? { kind: 'good' as const } : {})}>{words.states[state]}</Tag>
          </Link>
        ))}
      </nav>
      {shown === undefined ? (
        <Notice kind="proven">
          <span>
            {words.finished} {words.progress(done, setup.steps.length)}
          </span>
        </Notice>
      ) : (
        <OneStep key={shown.step} setup={setup} shown={shown} />
      )}
    </>
  )
}

function OneStep({ setup, shown }: About & { readonly shown: Step }) {
  const words = useWords().setup
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate()
  const last = useRef<Step['state']>('done')
  const noting = useAct(async (state: Step['state']) => {
    last.current = state
    const told = await call<Setup>(`/operator/v1/setup/${shown.step}`, { method: 'PUT', body: { state } })
    await showTold(client, '/operator/v1/setup', told)
    const next = told.steps.find((one) => one.state === 'open')
    if (state !== 'open') void navigate({ to: next === undefined ? '/setup' : `/setup/${next.step}` })
  })
  return (
    <Section title={words.steps[shown.step]}>
      <StepShown setup={setup} step={shown.step} />
      {noting.error !== undefined && <ActFailed error={noting.error} onAgain={() => void noting.run(last.current)} />}
      {may('house') && (
        <div className="row">
          <button type="button" className="main" disabled={noting.isRunning} onClick={() => void noting.run('done')}>
            {words.done}
          </button>
          {shown.state === 'open' ? (
            <button type="button" disabled={noting.isRunning} onClick={() => void noting.run('skipped')}>
              {words.skip}
            </button>
          ) : (
            <button type="button" disabled={noting.isRunning} onClick={() => void noting.run('open')}>
              {words.reopen}
            </button>
          )}
        </div>
      )}
    </Section>
  )
}

function StepShown({ setup, step }: About & { readonly step: Step['step'] }) {
  const words = useWords().setup
  if (step === 'name') return <NameStep setup={setup} />
  if (step === 'upstreams') return <UpstreamStep setup={setup} />
  if (step === 'payments') return <PaymentsStep setup={setup} />
  if (step === 'policy') return <PolicyStep setup={setup} />
  return (
    <>
      <p className="faint">{words.pricesMean}</p>
      <MarginSlider {...(setup.has_callers ? {} : { usualReason: words.firstRun })} />
      <p>
        <Link to="/prices">{words.more}</Link>
      </p>
    </>
  )
}
