/**
 * The facts that the knowledge questions are about: 92 in four relations, each a [subject, object] pair.
 * Chosen for short words and for answers nobody argues about. General knowledge, written down by hand.
 */
export type RelationName = 'capital' | 'symbol' | 'animal' | 'opposite'
export type Fact = readonly [subject: string, object: string]

export interface Relation {
  readonly name: RelationName
  readonly facts: readonly Fact[]
  /** Difficulty 1: asks for the object of a subject. */
  readonly ask: (subject: string) => string
  /** Difficulty 2: asks for the subject of an object. */
  readonly askBack: (object: string) => string
  /** The fact as a sentence that ends in its object, without the full stop. */
  readonly state: (subject: string, object: string) => string
  /** The same, ending in its subject. */
  readonly stateBack: (subject: string, object: string) => string
}

/** "France Paris, Italy Rome" */
function pairs(text: string): Fact[] {
  return text.split(', ').map((pair): Fact => {
    const [subject = '', object = ''] = pair.split(' ')
    return [subject, object]
  })
}

function aKind(kind: string): string {
  return `${kind === 'insect' ? 'an' : 'a'} ${kind}`
}

export const relations: readonly Relation[] = [
  {
    name: 'capital',
    facts: pairs(
      'France Paris, Italy Rome, Spain Madrid, Norway Oslo, Japan Tokyo, China Beijing, Egypt Cairo, Cuba Havana, ' +
        'Peru Lima, Greece Athens, Kenya Nairobi, Austria Vienna, Germany Berlin, Poland Warsaw, Ireland Dublin, ' +
        'Russia Moscow, Iran Tehran, Iraq Baghdad, Canada Ottawa, Chile Santiago, Qatar Doha, Sweden Stockholm, ' +
        'Finland Helsinki, Portugal Lisbon',
    ),
    ask: (country) => `What is the capital of ${country}?`,
    askBack: (city) => `${city} is the capital of what country?`,
    state: (country, city) => `The capital of ${country} is ${city}`,
    stateBack: (country, city) => `${city} is the capital of ${country}`,
  },
  {
    name: 'symbol',
    facts: pairs(
      'iron Fe, gold Au, silver Ag, copper Cu, tin Sn, lead Pb, zinc Zn, sodium Na, helium He, neon Ne, calcium Ca, ' +
        'nickel Ni, lithium Li, silicon Si, chlorine Cl, bromine Br, mercury Hg, titanium Ti, cobalt Co, argon Ar',
    ),
    ask: (element) => `What is the symbol of ${element}?`,
    askBack: (symbol) => `${symbol} is the symbol of what element?`,
    state: (element, symbol) => `The symbol of ${element} is ${symbol}`,
    stateBack: (element, symbol) => `${symbol} is the symbol of ${element}`,
  },
  {
    name: 'animal',
    facts: pairs(
      'bird owl, bird hen, bird duck, bird crow, bird swan, fish cod, fish eel, fish tuna, fish trout, fish salmon, ' +
        'insect ant, insect bee, insect fly, insect moth, insect wasp, mammal cow, mammal dog, mammal cat, mammal pig, ' +
        'mammal fox, reptile snake, reptile lizard, reptile turtle, reptile gecko',
    ),
    ask: (kind) => `What animal is ${aKind(kind)}?`,
    askBack: (animal) => `The ${animal} is what kind of animal?`,
    state: (kind, animal) => `One ${kind} is the ${animal}`,
    stateBack: (kind, animal) => `The ${animal} is ${aKind(kind)}`,
  },
  {
    name: 'opposite',
    facts: pairs(
      'hot cold, big small, up down, day night, wet dry, fast slow, high low, open closed, hard soft, light dark, ' +
        'rich poor, long short, full empty, good bad, left right, win lose, early late, near far, clean dirty, ' +
        'happy sad, strong weak, thick thin, first last, in out',
    ),
    ask: (word) => `What is the opposite of ${word}?`,
    askBack: (word) => `${word} is the opposite of what word?`,
    state: (word, opposite) => `The opposite of ${word} is ${opposite}`,
    stateBack: (word, opposite) => `${opposite} is the opposite of ${word}`,
  },
]
