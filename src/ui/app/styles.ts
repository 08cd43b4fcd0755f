/** Every style sheet, in the order of its cascade layer. */
import '../shared/tokens.css'
import '../shared/base.css'
import '../shared/parts.css'
import './app.css'
import '../arena/arena.css'
import '../train/train.css'
import '../train/step.css'
