/**
 * The evaluation report: plain, versioned data that the command line, the page and every export share (MLPO §5). Shares
 * are from 0 to 1 with 95 % intervals; a value over nothing is null. A baseline that comes later adds a leader or a row
 * and changes no shape. Everything but `milliseconds` is the same for the same seeds, device and version.
 */
import type { Evaluation, Share } from '../stages.ts'
import type { Cost } from './cost.ts'

export const reportVersion = 2

/** Of tests that are corrected for their number. */
export const significanceLevel = 0.05

export type Decoding = Evaluation['decoding']

export interface EvaluationReport {
  readonly version: typeof reportVersion
  readonly title: string
  /** Remakes it; null where it was not made by the command line. */
  readonly command: string | null
  readonly setup: ReportSetup
  /** One per seed and decoding. */
  readonly parts: readonly ReportPart[]
  /** Over the seeds. */
  readonly claims: readonly Claim[]
  /** What was asked and answered, one set per part, for people to read. */
  readonly questions: readonly QuestionSet[]
}

export interface ReportSetup {
  readonly split: 'dev' | 'test'
  readonly leader: string
  readonly peers: readonly string[]
  readonly rounds: number
  readonly seeds: readonly number[]
  readonly sizes: ReportSizes
  readonly leaders: readonly { readonly name: string; readonly label: string }[]
  /** How many trained leaders the seeds have between them: none, the same one for all, or one each. */
  readonly trainings: number
  /** What the section of the protocol names and this report does not have, and why. */
  readonly leftOut: readonly string[]
}

export interface ReportSizes {
  /** Questions of the main set. */
  readonly questions: number
  /** Whole-team runs of each question at temperature 1. */
  readonly runs: number
  /** Questions for each number of right peers. */
  readonly leastPerK: number
  /** Most questions whose proposals are drawn to find them. */
  readonly reserve: number
  /** Questions of controls, robustness, subsets and replacements. */
  readonly probes: number
  readonly train: number
  /** Questions on which the untrained leader's temperature is chosen. */
  readonly tuning: number
  readonly manyQuestions: number
  readonly manySamples: number
  /** Questions of which the report keeps what everybody wrote; of the others it has the answers. */
  readonly texts: number
}

export interface ReportPart {
  readonly seed: number
  readonly decoding: Decoding
  readonly rows: readonly ReportRow[]
  readonly contrasts: readonly Contrast[]
  readonly families: readonly FamilyRow[]
  readonly strata: readonly LeaderStrata[]
  readonly againstVote: readonly AgainstVote[]
  readonly behaviour: readonly Behaviour[]
  readonly probes: readonly ProbeRow[]
  readonly peersWorth: readonly PeersWorth[]
  readonly many: readonly PassCurve[]
  /** Everything that was sampled for this part. */
  readonly made: Cost
}

export interface ReportRow {
  /** Unique within a part, such as `vote` or `trained/team`. */
  readonly id: string
  readonly label: string
  readonly n: number
  readonly share: Share
  readonly interval: 'wilson' | 'bootstrap'
  /** Per question; null where a row is an upper bound that nobody can run. */
  readonly cost: Cost | null
}

/** a minus b on the same questions; the label reads on from "the leader with its team". */
export interface Contrast {
  readonly id: string
  readonly label: string
  readonly a: string
  readonly b: string
  readonly difference: Share
  /** Of the primary family alone; the rest are estimates. */
  readonly test: { readonly p: number; readonly adjusted: number } | null
}

/** One contrast over all seeds. */
export interface Claim {
  readonly id: string
  readonly label: string
  readonly decoding: Decoding
  readonly seeds: readonly {
    readonly seed: number
    readonly difference: Share
    readonly adjusted: number | null
  }[]
  readonly mean: number
  /** Student's t over seeds; null with one seed. */
  readonly spread: { readonly low: number; readonly high: number } | null
  /** null = an estimate, not a claim. */
  readonly verdict: Verdict | null
}

/** `holds`: significant in the same direction in each of five seeds or more. */
export type Verdict = 'holds' | 'does not hold' | 'too few seeds'

export interface FamilyRow {
  readonly family: string
  readonly n: number
  readonly vote: number
  readonly table: number
  /** [peer] */
  readonly peers: readonly number[]
  readonly leaders: readonly { readonly name: string; readonly team: number; readonly alone: number }[]
}

/** By number of right peers, k = 0…K. */
export interface LeaderStrata {
  readonly leader: string
  readonly strata: readonly {
    readonly k: number
    readonly n: number
    /** Of all questions whose proposals were drawn. */
    readonly naturalShare: number
    readonly team: Share | null
    readonly alone: Share | null
    readonly vote: number | null
  }[]
  /** Each k by its natural share. */
  readonly total: { readonly team: Share; readonly alone: Share; readonly vote: Share }
}

/** What a leader makes of questions whose vote is right, tied or wrong, on the main set's first runs. */
export interface AgainstVote {
  readonly leader: string
  readonly outcomes: readonly {
    readonly vote: 'right' | 'tied' | 'wrong'
    readonly n: number
    readonly team: Share | null
    readonly alone: Share | null
    /** Share of questions that at least one peer has right. */
    readonly oracle: number | null
  }[]
}

/** What a leader makes of its team, on the main set's first runs. */
export interface Behaviour {
  readonly leader: string
  /** [peer]: the answer is this peer's where no other peer gave it. */
  readonly copyRates: readonly (number | null)[]
  readonly overruleRate: number | null
  readonly overruleRight: number | null
  readonly discrimination: number | null
  /** Share of completions with an answer of the task's type. */
  readonly readable: number
  /** Share of thoughts of which something can be checked (`rewards/consistency.ts`), and how many of these lead to the answer. */
  readonly thoughtsChecked: number
  readonly thoughtConsistent: number | null
  /** Mean tokens of the leader's last completion. */
  readonly leaderTokens: number
}

export interface ProbeRow {
  readonly leader: string
  readonly name: string
  readonly label: string
  readonly kind: 'control' | 'robustness'
  readonly n: number
  readonly team: Share
  /** Minus the same leader with its own team, paired. */
  readonly change: Share
  readonly alone: Share
  readonly vote: Share
  /** The family → seat table, fitted on honest training questions. */
  readonly router: Share
}

export interface PeersWorth {
  readonly leader: string
  readonly n: number
  /** Accuracy with each set of peers; bit i of the index is peer i, 0 the leader alone. null = too many peers. */
  readonly subsets: readonly number[] | null
  readonly shapley: readonly number[] | null
  /** [peer]: replaced by its proposal to another question of the family. */
  readonly replaced: readonly {
    /** Share of questions with another answer than before. */
    readonly changed: number
    readonly loss: Share
  }[]
}

export interface PassCurve {
  readonly leader: string
  readonly prompt: 'team' | 'alone'
  readonly n: number
  readonly samples: number
  readonly points: readonly { readonly k: number; readonly share: Share }[]
}

/** The main set of a part, its first runs. */
export interface QuestionSet {
  readonly seed: number
  readonly decoding: Decoding
  readonly questions: readonly AskedQuestion[]
}

export interface AskedQuestion {
  readonly id: string
  readonly family: string
  readonly question: string
  readonly gold: string
  /** Round 0, by index of the peer. */
  readonly peers: readonly Said[]
  /** The peer in each seat, by which leaders name them. */
  readonly seats: readonly number[]
  readonly leaders: readonly {
    readonly name: string
    /** After the last round. */
    readonly team: Said
    readonly alone: Said | null
  }[]
}

export interface Said {
  /** Normalised; null = unparseable. */
  readonly answer: string | null
  readonly right: boolean
  /** null where the report keeps the answer alone. */
  readonly text: string | null
}
