import { html } from 'hono/html'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { operatorWords } from '../words/operator.ts'
import { type SignInForm, signInForm } from './fields.ts'
import { type AssetPaths, cardPage } from './layout.ts'

/** What the sign-in of operators shows. */
export interface OperatorSignIn {
  readonly assets: AssetPaths
  /** Where to go afterwards: a path of the console. */
  readonly next: string
  readonly attempt?: SignInForm['attempt']
  readonly problem?: string
  /** Why the operator is here, who was signed in before. */
  readonly notice?: string | undefined
  /** Whether this is the demonstration, whose password is in the terminal. */
  readonly demo: boolean
  /** Whether users sign in here too. */
  readonly userPages: boolean
}

/** Where an operator signs in. */
export function operatorSignInPage(page: OperatorSignIn): Html {
  const words = operatorWords.signIn
  const main = signInForm({
    ...page,
    action: '/console/sign-in',
    hidden: html`<input type="hidden" name="next" value="${page.next}">`,
  })
  const instead = page.userPages ? html` <a href="/signin">${words.asUser}</a>` : ''
  const footer = page.demo ? html`${words.demonstration}${instead}` : undefined
  return cardPage({
    title: commonWords.signIn,
    name: commonWords.consoleName,
    assets: page.assets,
    main,
    ...(footer ? { footer } : {}),
  })
}
