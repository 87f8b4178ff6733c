import type { Member } from '../answers.ts'

/** What a member is called: by their e-mail, or where they have none by the beginning of their id. */
export const nameOfMember = ({ email, id }: Pick<Member, 'email' | 'id'>, numbered: string): string =>
  email ?? `${numbered} ${id.slice(-6)}`
