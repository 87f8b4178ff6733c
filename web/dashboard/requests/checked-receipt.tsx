import { useQuery } from '@tanstack/react-query'
import { call as ask } from '../../lib/call.ts'
import {
  type CheckedStep,
  type PublishedKey,
  type PublishedPrice,
  type PublishedRoot,
  type Receipt,
  verifyReceipt,
} from '../../lib/receipt/index.ts'
import { Notice, Waiting } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'

/** A receipt, checked in this browser against what is published for everybody: each step by itself. */
export function CheckedReceipt({ receipt }: { readonly receipt: Receipt }) {
  const { check: words } = useWords().requests
  const { data: steps } = useQuery({
    queryKey: ['checked', receipt.call.request_id, receipt.day === null],
    queryFn: async () => await verifyReceipt(receipt, await gather(receipt)),
    retry: false,
  })
  return (
    <section className="section">
      <header>
        <h3>{words.title}</h3>
      </header>
      <p className="faint">{words.lead}</p>
      {steps === undefined ? <Waiting /> : <Steps steps={steps} />}
    </section>
  )
}

/** What a receipt is held against; what cannot be fetched is left out, and said so. */
async function gather({ call, day }: Receipt) {
  const wanted = <Answer,>(path: string) => ask<Answer>(path).catch(() => undefined)
  const [keys, roots, price] = await Promise.all([
    wanted<{ readonly keys: readonly PublishedKey[] }>('/.well-known/jwks.json'),
    day === null ? undefined : wanted<{ readonly data: readonly PublishedRoot[] }>('/.well-known/day-roots'),
    wanted<PublishedPrice>(`/v1/prices/${call.price_version}`),
  ])
  return { keys: keys?.keys, dayRoots: roots?.data, price }
}

function Steps({ steps }: { readonly steps: readonly CheckedStep[] }) {
  const { check: words } = useWords().requests
  const isBroken = steps.some(({ state }) => state === 'broken')
  const isWhole = steps.every(({ state }) => state === 'holds')
  return (
    <>
      <Notice kind={isBroken ? 'loss' : 'proven'}>
        <strong>{isBroken ? words.broken : isWhole ? words.all : words.open}</strong>
      </Notice>
      <ul className="checks">
        {steps.map((step) => (
          <Step key={step.name} {...step} />
        ))}
      </ul>
    </>
  )
}

function Step({ name, state, figures }: CheckedStep) {
  const { check: words } = useWords().requests
  const told = { holds: words.holds, broken: words.isBroken, open: words.isOpen }[state]
  const shown = { holds: 'good', broken: 'bad', open: 'faint' }[state]
  return (
    <li>
      <span className={`mark ${shown}`}>
        <Mark state={state} /> {told}
      </span>
      <div>
        {words.steps[name]}
        {state === 'open' && <span className="faint"> {words.whyOpen[name]}</span>}
        {figures.length > 0 && (
          <span className="faint figures">
            {[...new Set(figures)].map((figure) => (
              <code key={figure}>{figure}</code>
            ))}
          </span>
        )}
      </div>
    </li>
  )
}

/** A tick, a cross or a dot, which the word beside says too. */
function Mark({ state }: Pick<CheckedStep, 'state'>) {
  const path = { holds: 'M3 8.5 6.5 12 13 4.5', broken: 'M4 4 12 12M12 4 4 12', open: 'M7.5 8h1' }[state]
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  )
}
