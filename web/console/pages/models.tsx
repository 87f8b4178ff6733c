import { useState } from 'react'
import { nanoOf, showUsd } from '../../lib/money.ts'
import { Asked, Empty, List, Page, Tag } from '../../parts/index.ts'
import type { ListOf, Model } from '../answers.ts'
import { PriceVersions } from '../models/price-versions.tsx'
import { useWords } from '../words/index.ts'

/** What is sold: the price of each model beside what its first route costs, and what is left. */
export function ModelsPage() {
  const words = useWords().models
  const [opened, setOpened] = useState<Model>()
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<ListOf<Model>> path="/operator/v1/models">
        {({ data }) => (data.length === 0 ? <Empty>{words.none}</Empty> : <Models models={data} onOpen={setOpened} />)}
      </Asked>
      {opened !== undefined && <PriceVersions model={opened} onClose={() => setOpened(undefined)} />}
    </Page>
  )
}

function Models({ models, onOpen }: { readonly models: readonly Model[]; readonly onOpen: (model: Model) => void }) {
  const words = useWords().models
  const price = (usd: string | undefined) => (usd === undefined ? '–' : showUsd(usd))
  return (
    <List
      caption={words.title}
      entries={models}
      keyOf={({ id }) => id}
      onOpen={onOpen}
      columns={[
        {
          head: words.model,
          cell: (model) => (
            <button type="button" className="plain" onClick={() => onOpen(model)}>
              {model.id}
            </button>
          ),
        },
        {
          head: words.route,
          cell: ({ routes }) => routes.map(({ upstream }) => upstream).join(', ') || <Tag kind="bad">{words.noRoute}</Tag>,
        },
        {
          head: words.input,
          isNumber: true,
          cell: ({ price: own }) => (own === null ? <Tag kind="bad">{words.unpriced}</Tag> : price(own.input)),
        },
        { head: words.inputCost, isNumber: true, cell: ({ routes }) => price(routes[0]?.cost.input) },
        { head: words.output, isNumber: true, cell: ({ price: own }) => price(own?.output) },
        { head: words.outputCost, isNumber: true, cell: ({ routes }) => price(routes[0]?.cost.output) },
        { head: words.margin, isNumber: true, cell: (model) => <Margin model={model} /> },
        {
          head: words.next,
          cell: ({ price_changes: changes }) => (changes.length === 0 ? '–' : <Tag kind="todo">{words.changes(changes.length)}</Tag>),
        },
      ]}
    />
  )
}

const PERMILLE = 1000n

/** What is left of the price of output, and of input where output has none, in percent; a price below its cost is a loss. */
function Margin({ model: { price, routes } }: { readonly model: Model }) {
  const cost = routes[0]?.cost
  const [asked, paid] =
    price?.output !== undefined && cost?.output !== undefined ? [price.output, cost.output] : [price?.input, cost?.input]
  if (asked === undefined || paid === undefined || nanoOf(asked) === 0n) return <>–</>
  const permille = Number(((nanoOf(asked) - nanoOf(paid)) * PERMILLE) / nanoOf(asked))
  return <span className={permille < 0 ? 'bad' : ''}>{(permille / 10).toFixed(1)} %</span>
}
