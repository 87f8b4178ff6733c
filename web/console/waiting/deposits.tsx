import { Link } from '@tanstack/react-router'
import { CallError } from '../../lib/call.ts'
import { codeName } from '../../lib/code-name.ts'
import { Empty, Failed, List, Money, Tag, useAsked, Waiting, When } from '../../parts/index.ts'
import type { ListOf, WaitingDeposit } from '../answers.ts'
import { useWords } from '../words/index.ts'

/**
 * Coins that were seen on chains and are not settled; where no coins are taken, how that is switched on. Asked for when somebody looks at the page, not by the
 * clock: each time is noted, for every account to see.
 */
export function Deposits() {
  const words = useWords().waiting
  const { data, error } = useAsked<ListOf<WaitingDeposit>>('/operator/v1/usdc/deposits')
  if (error instanceof CallError && error.status === 404) return <Empty>{words.noCoins}</Empty>
  if (error !== null && data === undefined) return <Failed error={error} />
  if (data === undefined) return <Waiting />
  if (data.data.length === 0) return <Empty>{words.noDeposits}</Empty>
  return (
    <List
      caption={words.deposits}
      entries={data.data}
      keyOf={({ chain, tx_hash: txHash, seen_at: seenAt, amount }) => `${chain} ${txHash} ${seenAt} ${amount}`}
      columns={[
        { head: words.since, cell: ({ seen_at: seenAt }) => <When at={seenAt} /> },
        { head: words.chain, cell: ({ chain_name: name }) => name },
        {
          head: words.account,
          cell: ({ account_id: id }) => (id === null ? '–' : <Link to={`/accounts/${id}`}>{id.slice(0, 8)}</Link>),
        },
        { head: words.amount, isNumber: true, cell: ({ amount }) => (amount === null ? '–' : <Money usd={amount} />) },
        { head: words.transaction, cell: ({ tx_hash: txHash }) => (txHash === null ? '–' : <TxHash hash={txHash} />) },
        { head: words.confirmations, isNumber: true, isWhole: true, cell: (deposit) => <Confirmed deposit={deposit} /> },
        { head: words.why, cell: (deposit) => <Why deposit={deposit} /> },
      ]}
    />
  )
}

const [HEAD, TAIL] = [10, 6]

const TxHash = ({ hash }: { readonly hash: string }) => (
  <code title={hash}>
    <span aria-hidden="true">{`${hash.slice(0, HEAD)}…${hash.slice(-TAIL)}`}</span>
    <span className="unseen">{hash}</span>
  </code>
)

type About = { readonly deposit: WaitingDeposit }

function Confirmed({ deposit: { confirmations } }: About) {
  const words = useWords().waiting
  return confirmations === null ? '–' : words.ofConfirmations(confirmations.seen, confirmations.needed)
}

function Why({ deposit: { state, problem, halted } }: About) {
  const words = useWords().waiting
  const isHeld = problem !== null || halted !== null
  return (
    <>
      <Tag {...(isHeld && { kind: 'todo' })}>{codeName(words.depositStates, state)}</Tag>{' '}
      {problem !== null && codeName(words.heldBack, problem)}
      {problem === null && halted !== null && words.chainHalted(halted)}
    </>
  )
}
