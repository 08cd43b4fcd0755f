/**
 * The rules of the house that a machine can hold: strict types, the import rules of the architecture, no cycles,
 * no barrels, no default exports. Zero warnings: whatever is here is an error.
 */
import js from '@eslint/js'
import boundaries from 'eslint-plugin-boundaries'
import { createNodeResolver, importX } from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** A file has every category whose pattern it matches. */
const categories = {
  common: 'src/common/**',
  engine: 'src/engine/**',
  'engine-interface': 'src/engine/engine.ts',
  // What the page may ask of engine: which models there are, and what this device can do.
  'engine-catalog': 'src/engine/{catalog,catalog-families,device,fit}.ts',
  'engine-for-trainer': 'src/engine/{llama,adapter}/**',
  mlpo: 'src/mlpo/**',
  // What a page may compute by itself: everything in mlpo that is arithmetic on plain values.
  'mlpo-pure': [
    'src/mlpo/!(session*|step*|sft*|round*|proposal*|team*|evaluat*).ts',
    'src/mlpo/!(trainer|baselines)/**',
  ],
  trainer: 'src/mlpo/trainer/**',
  storage: 'src/storage/**',
  workers: 'src/workers/**',
  // The half of workers/ that runs on the main thread.
  'workers-face': 'src/workers/{client*,protocol*}.ts',
  ui: 'src/ui/**',
  cli: 'cli/**',
  outside: '{bench,e2e,scripts}/**',
  test: ['**/*.{test,testing,fixture}.{ts,tsx}', '**/{fixtures,testing}/**'],
}

const heavyPackages = ['@tensorflow/*', '@tensorflow/*/**', '@mlc-ai/*', '@huggingface/*']

/** @param {string} from @param {readonly string[]} to @param {'type' | undefined} [kind] */
function allow(from, to, kind) {
  return {
    from: { file: { categories: from } },
    allow: { to: { file: { categories: to } }, ...(kind && { dependency: { kind } }) },
  }
}

/** A test carries its folder's category beside its own, so that "anyone but" must look at all of them. */
function forbidOutside(/** @type {string} */ category) {
  return {
    from: { file: { categories: { noneOf: [category] } } },
    disallow: { to: { file: { categories: category } } },
    message: `Nobody imports ${category}.`,
  }
}

const importRules = {
  default: 'disallow',
  checkAllOrigins: true,
  message: 'CONTRIBUTING.md, "Who may import whom", does not allow this import.',
  // The last policy that matches decides.
  policies: [
    { allow: { to: { module: { origin: ['external', 'core'] } } } },
    allow('*', ['common']),
    allow('engine', ['engine']),
    allow('mlpo', ['mlpo', 'engine-interface']),
    allow('mlpo', ['engine'], 'type'),
    allow('trainer', ['engine-for-trainer']),
    allow('storage', ['storage']),
    allow('storage', ['engine', 'mlpo', 'workers-face'], 'type'),
    allow('workers', ['workers', 'engine', 'mlpo', 'storage']),
    allow('cli', ['cli', 'engine', 'mlpo', 'storage']),
    allow('ui', ['ui', 'storage', 'workers-face', 'engine-catalog', 'mlpo-pure']),
    allow('ui', ['engine-interface', 'mlpo'], 'type'),
    allow('outside', ['outside', 'engine', 'mlpo', 'storage', 'workers']),
    {
      from: { file: { categories: ['mlpo-pure', 'engine-catalog'] } },
      disallow: { to: { file: { categories: ['mlpo', 'engine'] } }, dependency: { kind: 'value' } },
      message: 'The page imports this file, so it may import only what the page may: pure parts of mlpo.',
    },
    allow('mlpo-pure', ['mlpo-pure', 'engine-interface']),
    allow('engine-catalog', ['engine-catalog', 'engine-interface']),
    {
      from: {
        file: {
          categories: [
            'common',
            'mlpo-pure',
            'engine-interface',
            'engine-catalog',
            'storage',
            'workers-face',
            'ui',
          ],
        },
      },
      disallow: { to: { module: { source: heavyPackages } }, dependency: { kind: 'value' } },
      message: 'Nothing heavy on the main thread: tfjs, WebLLM and tokenizers belong into a worker.',
    },
    // A test may bring real parts together, whatever its folder.
    { from: { file: { categories: 'test' } }, allow: { to: { file: { categories: '*' } } } },
    forbidOutside('cli'),
    forbidOutside('ui'),
  ],
}

export default defineConfig([
  globalIgnores([
    'dist/',
    'dist-cli/',
    '.cache/',
    'assembly/',
    'tools/',
    'public/',
    'test-results/',
    'playwright-report/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries, 'import-x': importX },
    settings: {
      'boundaries/files': Object.entries(categories).map(([category, pattern]) => ({ category, pattern })),
      'import-x/resolver-next': [createNodeResolver()],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      'boundaries/dependencies': ['error', importRules],
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'max-lines': ['error', 400],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
        {
          selector: 'ExportNamedDeclaration[source]',
          message: 'No barrels: import from the file that defines it.',
        },
      ],
      // An async method without await still turns what it throws into a rejection, as its interface says.
      '@typescript-eslint/require-await': 'off',
      // Most of our objects are closures over values, whose functions may be taken apart.
      '@typescript-eslint/unbound-method': 'off',
      // The compiler knows every name, of Node and of the browser.
      'no-undef': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      // `[...text]` is a text by code points, which is what a tokenizer wants.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // `return stop()` is how a function ends early.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  { files: ['**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked },
  { files: ['*.config.{js,ts}'], rules: { 'import-x/no-default-export': 'off' } },
  {
    files: ['**/*.test.{ts,tsx}', 'e2e/**'],
    rules: {
      // fast-check properties and Playwright handlers are full of these, and a test fails by itself.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
])
