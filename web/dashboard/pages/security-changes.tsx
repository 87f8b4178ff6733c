import { codeName } from '../../lib/code-name.ts'
import { Asked, Empty, List, Section, When } from '../../parts/index.ts'
import type { SignInChanges } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** What changed lately of how somebody signs in: letters tell it too, where there is an e-mail. */
export function ChangeSection() {
  const words = useWords().security
  return (
    <Section title={words.changes}>
      <Asked<SignInChanges> path="/api/auth/sign-in-changes">
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{words.noChanges}</Empty>
          ) : (
            <>
              <p className="faint">{words.changesMean}</p>
              <List
                caption={words.changes}
                entries={data}
                keyOf={({ at, what }) => `${at} ${what}`}
                columns={[
                  { head: words.changedAt, cell: ({ at }) => <When at={at} /> },
                  { head: words.change, cell: ({ what }) => codeName(words.signInChanges, what) },
                ]}
              />
            </>
          )
        }
      </Asked>
    </Section>
  )
}
