import { Choice, Field } from '../../parts/index.ts'
import type { Operator } from '../answers.ts'
import type { WrongOf } from '../parts/index.ts'
import { useWords } from '../words/index.ts'

/** The name of a new operator, which is given once for good. */
export function NameField({ wrong }: { readonly wrong: WrongOf }) {
  const words = useWords().operators
  return (
    <Field
      label={words.name}
      hint={words.nameHint}
      name="name"
      required
      autoFocus
      autoCapitalize="none"
      pattern="[a-z][a-z0-9._\-]{0,39}"
      wrong={wrong('name')}
    />
  )
}

/** What an operator may do. */
export function RoleField({ first, wrong }: { readonly first: Operator['role']; readonly wrong: WrongOf }) {
  const words = useWords().operators
  return (
    <Choice label={words.role} name="role" defaultValue={first} wrong={wrong('role')}>
      {Object.entries(words.roles).map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </Choice>
  )
}
