/** The words for the developer who tries the console on a throwaway directory, in the terminal. */
export const demonstrationWords = {
  unknown: (name: string, known: readonly string[]) =>
    `There is no sample directory "${name}". Choose ${known.join(', ')}.`,
  cannotStart: (title: string, missing: string) => `${title} cannot be started here. ${missing}`,
  starting: (title: string) => `Starting ${title}; the first time may take some ten seconds …`,
  notStarted: 'The console could not start.',

  greeting: {
    title: (title: string) =>
      `Operator Console on a throwaway ${title}, with sample users: ` +
      'all of it is gone when it stops.',
    from: (variable: string) => `from ${variable}`,
    place: ({ url, pid, folder }: { url: string; pid: number; folder: string }) =>
      `${url}, process ${pid}, in ${folder}`,
    resetsAs: (dn: string) => `  Resets as     ${dn}`,
    sampleUser: (name: string) => `  Sample user   ${name}`,
    untilReset: '(until you reset it)',
    seeForYourself: 'See for yourself, in another terminal; each asks for the password:',
    stop: 'Ctrl+C stops both.',
  },

  /** What a command says for each password. */
  answers: {
    passwordPolicy: [
      'a valid password: the name of the account',
      'the temporary one: the same, and “Password must be changed”',
      'the old one after a reset: “Invalid credentials (49)”',
    ],
    choosesNew: ['chooses a new password in place of the temporary one'],
    activeDirectory: [
      'a valid password: the name of the account',
      'the temporary one: “data 773”, which is “right, but must be changed”',
      'the old one after a reset: “data 52e”, which is “wrong”',
    ],
    sameOverNtlm: ['the same over NTLM'],
  },
} as const
