// The roofline is the command line's, so that both mean the same by it.
export { processorTime, roofline } from '../dist/cli/bench/roofline.js'
