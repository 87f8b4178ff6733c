import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showUsd } from '../../lib/money.ts'
import { Section, Tag, When } from '../../parts/index.ts'
import type { Account, Key } from '../answers.ts'
import { ActDialog, Paged } from '../parts/index.ts'
import { useMay } from '../rights.ts'
import { useWords } from '../words/index.ts'

/** The keys of an account: none can be read, each can be ended. */
export function AccountKeys({ account }: { readonly account: Account }) {
  const words = useWords().account
  const may = useMay()
  const [ending, setEnding] = useState<Key>()
  return (
    <Section title={words.keys}>
      <Paged<Key>
        path={`/operator/v1/accounts/${account.id}/keys?limit=50`}
        caption={words.keys}
        none={words.noKeys}
        keyOf={({ id }) => id}
        columns={[
          { head: words.name, cell: ({ name, id }) => name ?? id.slice(0, 8) },
          { head: words.hint, cell: ({ hint }) => <code>{hint}</code> },
          { head: words.models, cell: ({ models }) => (models === null ? words.every : models.join(', ')) },
          {
            head: words.cap,
            cell: ({ spend_cap: cap }) => (cap === null ? '–' : `${showUsd(cap.amount)} / ${words.windows[cap.window] ?? cap.window}`),
          },
          { head: words.made, cell: (key) => <When at={key.created_at} isDay /> },
          {
            head: words.state,
            cell: ({ revoked_at: revoked }) => (
              <Tag kind={revoked === null ? 'good' : 'bad'}>{revoked === null ? words.works : words.ended}</Tag>
            ),
          },
          {
            head: words.doings,
            isActs: true,
            cell: (key) =>
              may('care') &&
              key.revoked_at === null && (
                <button type="button" className="plain grave" onClick={() => setEnding(key)}>
                  {words.endKey}
                </button>
              ),
          },
        ]}
      />
      {ending !== undefined && (
        <ActDialog
          title={words.endKeyTitle(ending.name ?? ending.hint)}
          act={words.endKeyAct(ending.name ?? ending.hint)}
          isGrave
          onClose={() => setEnding(undefined)}
          run={(_, once) => call(`/operator/v1/keys/${ending.id}/revoke`, { method: 'POST', body: {}, once })}
        >
          {() => <p>{words.endKeyMeans}</p>}
        </ActDialog>
      )}
    </Section>
  )
}
