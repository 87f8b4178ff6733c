/** Where a team's sign-in is asked for. */
export const SIGN_ON = '/api/team/sign-on'
