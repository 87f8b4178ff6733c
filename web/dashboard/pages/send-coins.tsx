import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../lib/call.ts'
import { codeName } from '../../lib/code-name.ts'
import { showUsd } from '../../lib/money.ts'
import { textIn } from '../../lib/text-in.ts'
import { useAct } from '../../lib/use-act.ts'
import { CopyButton, Failed, Field, Notice, Qr, Secret, Section, Tag, useAsked, usePartWords, When } from '../../parts/index.ts'
import type { CheckoutStep, OwnDeposit, VerifiedTopup } from '../answers.ts'
import { useWords } from '../words/index.ts'
import type { SendCoinsWords } from '../words/top-up.ts'

const LOOK_MS = 5_000

/** Sending coins: to where, how much, what to beware of, and how far they are. */
export function SendCoins({ to, onBack }: { readonly to: Coins; readonly onBack: () => void }) {
  const words = useWords().sendCoins
  const { back } = usePartWords()
  return (
    <Section
      title={words.title(showUsd(to.amount), to.tokenSymbol)}
      acts={
        <button type="button" className="plain" onClick={onBack}>
          {back}
        </button>
      }
    >
      <Notice kind="todo">
        {to.warnings.map((warning, at) => (
          <strong key={warning}>{warningIn(words.warnings, to.warningCodes[at]) ?? warning}</strong>
        ))}
      </Notice>
      <div className="row">
        <Qr text={to.uri} label={words.qr} />
      </div>
      <Secret text={to.address} />
      <dl className="roll">
        <div>
          <dt>{words.chain}</dt>
          <dd>{to.chain}</dd>
        </div>
        <div>
          <dt>{words.token}</dt>
          <dd>
            {to.tokenSymbol} <code>{to.token}</code>
          </dd>
        </div>
        <div className="sum">
          <dt>{words.amount}</dt>
          <dd>{to.amount}</dd>
        </div>
      </dl>
      <div className="row">
        <CopyButton text={to.amount} label={words.copyAmount} />
        <a className="button" href={to.uri}>
          {words.openWallet}
        </a>
      </div>
      <Arriving />
      <ByHash amount={to.amount} />
    </Section>
  )
}

type Coins = Extract<CheckoutStep, { readonly address: string }>
type Warning = Coins['warningCodes'][number]

/** A warning in the reader's language; undefined of a code that is newer than this page, which is shown as it was told. */
function warningIn(words: SendCoinsWords['warnings'], told: Warning | undefined): string | undefined {
  if (told === undefined || !Object.hasOwn(words, told.code)) return undefined
  return words[told.code](told.values)
}

function Arriving() {
  const words = useWords().sendCoins
  const { data: deposits = [] } = useAsked<readonly OwnDeposit[]>('/api/billing/deposits', { everyMs: LOOK_MS })
  if (deposits.length === 0) return <p className="faint">{words.waiting}</p>
  return (
    <ul className="form" aria-live="polite">
      {deposits.slice(0, 5).map((deposit) => (
        <li key={`${deposit.chainId}-${deposit.txHash}-${deposit.seenAt}`} className="row">
          <When at={deposit.seenAt} />
          <span className="figure">{deposit.amount === null ? '?' : showUsd(deposit.amount)}</span>
          <HowFar deposit={deposit} />
          {deposit.confirmations !== null && (
            <span className="faint">{words.confirmations(deposit.confirmations.seen, deposit.confirmations.needed)}</span>
          )}
        </li>
      ))}
    </ul>
  )
}

const CREDITED: ReadonlySet<string> = new Set(['early', 'settled', 'claimed'])

function HowFar({ deposit: { state, problem } }: { readonly deposit: OwnDeposit }) {
  const { states, problems } = useWords().sendCoins
  const isBad = problem !== null || state === 'problem' || state === 'withdrawn'
  const kind = isBad ? 'bad' : CREDITED.has(state) ? 'good' : 'todo'
  return (
    <>
      <Tag kind={kind}>{codeName(states, state)}</Tag>
      {problem !== null && <span className="faint">{codeName(problems, problem)}</span>}
    </>
  )
}

function ByHash({ amount }: { readonly amount: string }) {
  const words = useWords().sendCoins
  const client = useQueryClient()
  const [credited, setCredited] = useState<string>()
  const verify = useAct(async (txHash: string, once) => {
    const told = await call<VerifiedTopup>('/api/billing/verify-topup', { method: 'POST', body: { txHash, amount }, once })
    setCredited(told.credited)
    await client.invalidateQueries()
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void verify.run(textIn(event.currentTarget, 'txHash'))
  }
  return (
    <details>
      <summary>{words.byHash}</summary>
      <form onSubmit={submit}>
        <Field label={words.hash} hint={words.hashHint} name="txHash" spellCheck={false} required />
        {credited !== undefined && <Notice kind="proven">{words.credited(showUsd(credited))}</Notice>}
        {verify.error !== undefined && <Failed error={verify.error} />}
        <div className="row">
          <button type="submit" disabled={verify.isRunning}>
            {words.look}
          </button>
        </div>
      </form>
    </details>
  )
}
