import { useQueryClient } from '@tanstack/react-query'
import { call } from '../../lib/call.ts'
import { useAct } from '../../lib/use-act.ts'
import { Asked, Failed, List, Section, Tag, When } from '../../parts/index.ts'
import type { Sessions } from '../answers.ts'
import { useWords } from '../words/index.ts'

const PATH = '/api/auth/sessions'

/** Where somebody is signed in. */
export function SessionSection() {
  const words = useWords().security
  const client = useQueryClient()
  const end = useAct(async (id: string) => {
    await call(id === '' ? PATH : `${PATH}/${id}`, { method: 'DELETE' })
    await client.invalidateQueries({ queryKey: [PATH] })
  })
  return (
    <Section
      title={words.sessions}
      acts={
        <button type="button" className="plain" disabled={end.isRunning} onClick={() => void end.run('')}>
          {words.endOthers}
        </button>
      }
    >
      {end.error !== undefined && <Failed error={end.error} />}
      <Asked<Sessions> path={PATH}>
        {({ data }) => (
          <List
            caption={words.sessions}
            entries={data}
            keyOf={({ id }) => id}
            columns={[
              {
                head: words.browser,
                cell: ({ browser, is_this: isThis }) => (
                  <span className="row">
                    {browser} {isThis && <Tag kind="good">{words.thisOne}</Tag>}
                  </span>
                ),
              },
              { head: words.since, cell: ({ created_at: at }) => <When at={at} /> },
              { head: words.seen, cell: ({ seen_at: at }) => <When at={at} /> },
              {
                head: words.act,
                isActs: true,
                cell: ({ id, is_this: isThis }) =>
                  isThis ? null : (
                    <button type="button" className="plain grave" disabled={end.isRunning} onClick={() => void end.run(id)}>
                      {words.endOne}
                    </button>
                  ),
              },
            ]}
          />
        )}
      </Asked>
    </Section>
  )
}
