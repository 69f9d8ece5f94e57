/** The words of the page of somebody who vouches. A page may set all or some. */
export interface VouchStrings {
  /** Language and region for times, such as `en-GB`. */
  readonly locale: string
  readonly heading: string
  readonly loading: string
  readonly nobodyAsks: string
  readonly lookAgain: string
  /** Who asks, since when. */
  readonly asks: (operator: string, at: string) => string
  /** For whom, with the place of the person where one is known. */
  readonly youVouch: (person: string, place: string | undefined) => string
  readonly only: string
  readonly showCode: string
  readonly showing: string
  readonly code: string
  readonly worksUntil: (until: string) => string
  readonly giveNobody: string
  readonly mayNotVouch: string
  readonly tooLate: string
  readonly signedOut: string
  readonly tooOften: string
  readonly failed: string
}

/** The built-in words of the page of somebody who vouches. */
export const englishVouch: VouchStrings = {
  locale: 'en-GB',
  heading: 'Vouch for somebody',
  loading: 'Loading…',
  nobodyAsks: 'Nobody asks you to vouch now.',
  lookAgain: 'Look again',
  asks: (operator, at) => `${operator} of the help desk asks since ${at}.`,
  youVouch: (person, place) => `You vouch for ${person}${place === undefined ? '' : `, ${place}`}.`,
  only:
    'Read the code out only if you see this person, or are speaking with them and know them. ' +
    'Your name goes into the record.',
  showCode: 'Show code',
  showing: 'Showing…',
  code: 'Code for the help desk',
  worksUntil: (until) => `It works until ${until}.`,
  giveNobody: 'Give it to nobody else.',
  mayNotVouch: 'You cannot vouch for this account.',
  tooLate: 'This took too long. Ask the help desk to begin again, then look again.',
  signedOut: 'You are no longer signed in. Sign in again, then look again.',
  tooOften: 'Too many requests. Try again later.',
  failed: 'This did not work. Check the connection, then look again.',
}
