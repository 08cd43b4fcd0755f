/**
 * What a setting is (architecture rule 7): its type, default, bounds and words in one value, from which the form,
 * the URL, the command-line flags, the check and the "what changed" line are all derived. Plain data, no behaviour.
 */

/** Where a setting comes from: the Paper, an Unofficial re-implementation, Inferred, or our Choice. */
export type Source = 'P' | 'U' | 'I' | 'C'

interface Words {
  readonly label: string
  /** One or two sentences: what it does, and why one would change it. */
  readonly help: string
  readonly source: Source
  /** "tokens", "steps", "nats", … */
  readonly unit?: string
  /** As the formulas of MLPO §4 write it. */
  readonly symbol?: string
  /** TRL's (or PEFT's) default, only where ours differs. */
  readonly trlDefault?: string | number | boolean | null
  /** Why the bounds are where they are; shown when a value is refused. */
  readonly because?: string
}

interface Bounds extends Words {
  readonly min: number
  readonly max: number
  /** The minimum itself is refused. */
  readonly above?: boolean
  /** The maximum itself is refused. */
  readonly below?: boolean
}

/** A number, or null for "off" where `nullable`. */
export interface NumberField<V extends number | null> extends Bounds {
  readonly kind: 'number'
  readonly whole: boolean
  readonly nullable: boolean
  /** What null means, in a word or two, where "off" does not say it. */
  readonly nullMeans?: string
  readonly default: V
  /** A default that depends on another setting, such as `epsilon_high` of `cispo`. */
  readonly defaultWhen?: {
    readonly key: string
    /** By the option that is chosen there; of a model, by how it is prompted (`promptStyleName`). */
    readonly is: Readonly<Record<string, V>>
    /** When these hold, for people: "with the loss cispo". */
    readonly said: string
  }
}

export interface ToggleField extends Words {
  readonly kind: 'toggle'
  readonly default: boolean
}

/** One of some names; each option carries its one-line meaning. */
export interface ChoiceField<Option extends string> extends Words {
  readonly kind: 'choice'
  readonly options: Readonly<Record<Option, string>>
  readonly default: Option
}

/** Some of some names, in order, without repetition. */
export interface ManyField<Option extends string> extends Words {
  readonly kind: 'many'
  readonly options: Readonly<Record<Option, string>>
  readonly default: readonly Option[]
  readonly minItems: number
}

/** A model id: the options of the catalogue are not known here. */
export interface TextField extends Words {
  readonly kind: 'text'
  readonly default: string
}

export interface TextsField extends Words {
  readonly kind: 'texts'
  readonly default: readonly string[]
  readonly minItems: number
  readonly maxItems: number
}

export interface NumbersField extends Bounds {
  readonly kind: 'numbers'
  readonly default: readonly number[]
}

export type Field =
  | NumberField<number>
  | NumberField<number | null>
  | ToggleField
  | ChoiceField<string>
  | ManyField<string>
  | TextField
  | TextsField
  | NumbersField

type Spec<F, Given extends string = never> = Omit<F, 'kind' | Given>

export const whole = (spec: Spec<NumberField<number>, 'whole' | 'nullable'>): NumberField<number> => ({
  kind: 'number',
  whole: true,
  nullable: false,
  ...spec,
})

export const real = (spec: Spec<NumberField<number>, 'whole' | 'nullable'>): NumberField<number> => ({
  kind: 'number',
  whole: false,
  nullable: false,
  ...spec,
})

export const wholeOrOff = (
  spec: Spec<NumberField<number | null>, 'whole' | 'nullable'>,
): NumberField<number | null> => ({ kind: 'number', whole: true, nullable: true, ...spec })

export const realOrOff = (
  spec: Spec<NumberField<number | null>, 'whole' | 'nullable'>,
): NumberField<number | null> => ({ kind: 'number', whole: false, nullable: true, ...spec })

export const toggle = (spec: Spec<ToggleField>): ToggleField => ({ kind: 'toggle', ...spec })

export const choice = <Option extends string>(
  spec: Spec<ChoiceField<Option>, 'default'> & { readonly default: NoInfer<Option> },
): ChoiceField<Option> => ({ kind: 'choice', ...spec })

export const many = <Option extends string>(
  spec: Spec<ManyField<Option>, 'default'> & { readonly default: readonly NoInfer<Option>[] },
): ManyField<Option> => ({ kind: 'many', ...spec })

export const text = (spec: Spec<TextField>): TextField => ({ kind: 'text', ...spec })

export const texts = (spec: Spec<TextsField>): TextsField => ({ kind: 'texts', ...spec })

export const numbers = (spec: Spec<NumbersField>): NumbersField => ({ kind: 'numbers', ...spec })
