import { useQuery } from '@tanstack/react-query'
import { CallError, call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { type Receipt, usdOfNano } from '../../lib/receipt/index.ts'
import { Failed, Money, Notice } from '../../parts/index.ts'
import { useWords } from '../words/index.ts'
import { Pictures, Scores, Sound, Vectors } from './made-things.tsx'
import type { Answer } from './use-answer.ts'

/** An answer as it comes, text as plain text; then what it used and cost. */
export function AnswerShown({ answer }: { readonly answer: Answer }) {
  const words = useWords().playground
  const { state, input, output, requestId, error } = answer
  const isOver = state === 'done' || state === 'stopped'
  return (
    <section className="section">
      <header>
        <h2>{words.answer}</h2>
        {input !== undefined && (
          <span className="faint figure">
            {isOver && output === undefined
              ? words.tokensIn(showCount(input))
              : words.tokens(showCount(input), output === undefined ? '…' : showCount(output))}
          </span>
        )}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys */}
      <div className="said" aria-live="polite" aria-busy={state === 'coming'} tabIndex={0}>
        <Said answer={answer} />
      </div>
      {state === 'stopped' && <Notice>{words.stopped}</Notice>}
      {error !== undefined && <Failed error={error} />}
      {isOver && requestId !== undefined && <Cost requestId={requestId} />}
    </section>
  )
}

function Said({ answer }: { readonly answer: Answer }) {
  const words = useWords().playground
  const { state, of, text, pictures, vectors, scores, sound } = answer
  if (state === 'none') return <span className="faint">{words.empty}</span>
  if (state === 'coming' && of?.protocol.answer !== 'events') return <span className="faint">{words.coming}</span>
  const prompt = of?.ask.prompt ?? ''
  return (
    <>
      {text}
      {pictures !== undefined && <Pictures pictures={pictures} prompt={prompt} />}
      {vectors !== undefined && <Vectors vectors={vectors} prompt={prompt} />}
      {scores !== undefined && <Scores scores={scores} />}
      {sound !== undefined && <Sound sound={sound} />}
    </>
  )
}

const TRIES = 30
const WAIT_MS = 1_000

/** What the call cost, as soon as its receipt is there. */
function Cost({ requestId }: { readonly requestId: string }) {
  const words = useWords().playground
  const path = `/api/receipts/${encodeURIComponent(requestId)}`
  const { data, error } = useQuery({
    queryKey: [path],
    queryFn: ({ signal }) => call<Receipt>(path, { signal }),
    retry: (tries, thrown) => tries < TRIES && thrown instanceof CallError && thrown.code === 'receipt_unsigned',
    retryDelay: WAIT_MS,
  })
  if (error !== null) return <Failed error={error} />
  if (data === undefined) return <span className="faint">{words.counting}</span>
  return (
    <div className="row">
      <span>
        {words.cost} <Money usd={usdOfNano(data.call.cost_nano_usd)} />
      </span>
      <a href={`/dashboard/requests?open=${requestId}`}>{words.bill}</a>
    </div>
  )
}
