import { Asked, Page } from '../../parts/index.ts'
import type { PolicyState } from '../answers.ts'
import { Clauses } from '../policy/clauses.tsx'
import { HeldProviders, Settings, Withheld } from '../policy/parts.tsx'
import { ReadText } from '../policy/read-text.tsx'
import { Standing } from '../policy/standing.tsx'
import { Versions } from '../policy/versions.tsx'
import { useWords } from '../words/index.ts'

/** The privacy policy as it is made of what the server does: how it stands, who is held, its versions, each clause with what shows it. */
export function PolicyPage() {
  const words = useWords().policy
  return (
    <Page title={words.title} lead={words.lead}>
      <Asked<PolicyState> path="/operator/v1/policy/state">
        {(state) => (
          <>
            <Standing state={state} />
            <HeldProviders held={state.held} />
            <Clauses state={state} />
            <Withheld state={state} />
            <Versions versions={state.versions} />
            <Settings state={state} />
            <ReadText state={state} />
          </>
        )}
      </Asked>
    </Page>
  )
}
