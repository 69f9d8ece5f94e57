const scripts: ReadonlyArray<readonly [name: string, letter: RegExp]> = [
  ['Latin', /\p{Script=Latin}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
]

/**
 * The scripts of a name that mixes scripts whose letters look alike (`а` is Cyrillic, `a` is
 * Latin). Empty for a name in one script.
 *
 * Mixing Latin with Han or Kana is ordinary and not reported (Unicode Technical Standard 39,
 * section 5.2, "highly restrictive").
 */
export function mixedScripts(name: string): readonly string[] {
  const found = scripts.filter(([, letter]) => letter.test(name)).map(([script]) => script)
  return found.length > 1 ? found : []
}
