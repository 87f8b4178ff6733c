import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Failed, Notice, Section, Tag } from '../../parts/index.ts'
import type { CardPage, OwnCard } from '../answers.ts'
import { IfMay, useLacking } from '../only.tsx'
import { useProven } from '../prove.tsx'
import { useSearchTexts } from '../search-texts.ts'
import { useWords } from '../words/index.ts'
import { CARD_PAGE, CARDS, PORTAL } from './path.ts'

/** How brands are spelled that are known by another name than they are told by. */
const BRANDS = {
  ...{ visa: 'Visa', mastercard: 'Mastercard', amex: 'American Express', unionpay: 'UnionPay' },
  ...{ jcb: 'JCB', discover: 'Discover', diners: 'Diners Club' },
} as const

/** The saved cards, which lie with their processor, and the ways to its pages. */
export function SavedCards() {
  const words = useWords().savedCards
  const lacking = useLacking('run')
  const open = useProven(
    useAct(async (path: string) => {
      window.location.assign((await call<CardPage>(path, { method: 'POST' })).url)
    }),
  )
  return (
    <Section title={words.title}>
      <Asked<readonly OwnCard[]> path={CARDS}>{(cards) => <Cards cards={cards} />}</Asked>
      {lacking !== undefined && <p className="faint">{lacking}</p>}
      <IfMay right="run">
        <div className="row">
          <button type="button" onClick={() => open.run(CARD_PAGE)}>
            {words.leave}
          </button>
          <button type="button" className="plain" onClick={() => open.run(PORTAL)}>
            {words.manage}
          </button>
        </div>
      </IfMay>
      {open.error !== undefined && <Failed error={open.error} />}
      {open.dialog}
    </Section>
  )
}

function Cards({ cards }: { readonly cards: readonly OwnCard[] }) {
  const words = useWords().savedCards
  const { card: isLeft } = useSearchTexts(['card'])
  const month = new Date().toISOString().slice(0, 'YYYY-MM'.length)
  if (cards.length === 0) return <p className="faint">{words.none}</p>
  return (
    <>
      {isLeft === 'left' && <Notice kind="proven">{words.isSaved}</Notice>}
      <dl className="roll">
        {cards.map(({ brand, last4, expires }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two cards may look the same, and their order is what tells them apart
          <div key={at}>
            <dt>
              {BRANDS[brand as keyof typeof BRANDS] ?? brand} <code>•••• {last4}</code>{' '}
              {at === 0 && cards.length > 1 && <Tag>{words.first}</Tag>}
            </dt>
            <dd>{expires !== null && (expires < month ? <Tag kind="bad">{words.expired(expires)}</Tag> : words.expires(expires))}</dd>
          </div>
        ))}
      </dl>
      <p className="faint">{words.kept}</p>
    </>
  )
}
