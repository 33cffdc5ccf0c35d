;; A host without JavaScript: a network of 2 inputs, 8 tanh units and 1 output learns exclusive or by backprop in double
;; precision, with nothing but the exports of core.wasm. docs/abi.md explains them.
(module
  (import "core" "memory" (memory 0))
  (import "core" "allocate" (func $allocate (param i32) (result i32)))
  (import "core" "free" (func $free (param i32)))
  (import "core" "bytesInUse" (func $bytesInUse (result i32)))
  (import "core" "gemmWorkspace" (func $gemmWorkspace (result i32)))
  (import "core" "uniform_f64" (func $uniform (param i32 i32 i32 i32 f64 i32 i32)))
  (import "core" "affine_f64" (func $affine (param f64 f64 i32 i32)))
  (import "core" "combine_f64" (func $combine (param f64 i32 f64 i32 i32)))
  (import "core" "gemm_f64" (func $gemm (param i32 i32 i32 i32 f64 i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "core" "activateRows_f64" (func $activateRows (param i32 i32 i32 i32 i32)))
  (import "core" "multiplySlope_f64" (func $multiplySlope (param i32 i32 i32 i32)))
  (import "core" "squaredError_f64" (func $squaredError (param i32 i32 i32 i32 i32 i32) (result f64)))
  (import "core" "columnSums_f64" (func $columnSums (param f64 i32 i32 i32 i32 i32)))

  (global $parameters (mut i32) (i32.const 0))   ;; W1 [8, 2], b1 [8], W2 [1, 8], b2 [1]: 33 doubles
  (global $directions (mut i32) (i32.const 0))   ;; laid out alike
  (global $x (mut i32) (i32.const 0))            ;; [4, 2]
  (global $y (mut i32) (i32.const 0))            ;; [4, 1]
  (global $h1 (mut i32) (i32.const 0))           ;; [4, 8]
  (global $h2 (mut i32) (i32.const 0))           ;; [4, 1]
  (global $e1 (mut i32) (i32.const 0))           ;; [4, 8]
  (global $e2 (mut i32) (i32.const 0))           ;; [4, 1]
  (global $workspace (mut i32) (i32.const 0))

  ;; Takes the memory, and draws the parameters from U(-1, 1). Returns where they are.
  (func (export "begin") (result i32)
    (local $i i32)
    (global.set $parameters (call $allocate (i32.const 264)))
    (global.set $directions (call $allocate (i32.const 264)))
    (global.set $x (call $allocate (i32.const 64)))
    (global.set $y (call $allocate (i32.const 32)))
    (global.set $h1 (call $allocate (i32.const 256)))
    (global.set $h2 (call $allocate (i32.const 32)))
    (global.set $e1 (call $allocate (i32.const 256)))
    (global.set $e2 (call $allocate (i32.const 32)))
    (global.set $workspace (call $allocate (call $gemmWorkspace)))
    (call $uniform (i32.const 7) (i32.const 4096) (i32.const 0) (i32.const 0) (f64.const 0) (global.get $parameters) (i32.const 33))
    (call $affine (f64.const 2) (f64.const -1) (global.get $parameters) (i32.const 33))
    (loop $rows ;; x = the bits of i, y = their exclusive or
      (f64.store (i32.add (global.get $x) (i32.shl (local.get $i) (i32.const 4)))
        (f64.convert_i32_u (i32.and (local.get $i) (i32.const 1))))
      (f64.store offset=8 (i32.add (global.get $x) (i32.shl (local.get $i) (i32.const 4)))
        (f64.convert_i32_u (i32.shr_u (local.get $i) (i32.const 1))))
      (f64.store (i32.add (global.get $y) (i32.shl (local.get $i) (i32.const 3)))
        (f64.convert_i32_u (i32.xor (i32.and (local.get $i) (i32.const 1)) (i32.shr_u (local.get $i) (i32.const 1)))))
      (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))
    (global.get $parameters))

  ;; One step of gradient descent on all four examples. Returns their mean loss before it.
  (func $step (param $rate f64) (result f64)
    (local $w1 i32) (local $b1 i32) (local $w2 i32) (local $b2 i32) (local $d i32) (local $loss f64)
    (local.set $w1 (global.get $parameters))
    (local.set $b1 (i32.add (local.get $w1) (i32.const 128)))
    (local.set $w2 (i32.add (local.get $w1) (i32.const 192)))
    (local.set $b2 (i32.add (local.get $w1) (i32.const 256)))
    (local.set $d (global.get $directions))
    ;; h1 = tanh(x W1^T + b1), h2 = h1 W2^T + b2
    (call $gemm (i32.const 1) (i32.const 4) (i32.const 8) (i32.const 2) (f64.const 1) (global.get $x) (i32.const 2)
      (local.get $w1) (i32.const 2) (i32.const 0) (global.get $h1) (i32.const 8) (global.get $workspace))
    (call $activateRows (i32.const 1) (local.get $b1) (global.get $h1) (i32.const 4) (i32.const 8))
    (call $gemm (i32.const 1) (i32.const 4) (i32.const 1) (i32.const 8) (f64.const 1) (global.get $h1) (i32.const 8)
      (local.get $w2) (i32.const 8) (i32.const 0) (global.get $h2) (i32.const 1) (global.get $workspace))
    (call $activateRows (i32.const 0) (local.get $b2) (global.get $h2) (i32.const 4) (i32.const 1))
    ;; e2 = h2 - y, e1 = (e2 W2) tanh'(h1)
    (local.set $loss (call $squaredError (global.get $h2) (global.get $y) (i32.const 4) (i32.const 1) (global.get $e2) (i32.const 0)))
    (call $gemm (i32.const 0) (i32.const 4) (i32.const 8) (i32.const 1) (f64.const 1) (global.get $e2) (i32.const 1)
      (local.get $w2) (i32.const 8) (i32.const 0) (global.get $e1) (i32.const 8) (global.get $workspace))
    (call $multiplySlope (i32.const 1) (global.get $h1) (global.get $e1) (i32.const 32))
    ;; the directions: e^T h / 4 and the means of e
    (call $gemm (i32.const 2) (i32.const 8) (i32.const 2) (i32.const 4) (f64.const 0.25) (global.get $e1) (i32.const 8)
      (global.get $x) (i32.const 2) (i32.const 0) (local.get $d) (i32.const 2) (global.get $workspace))
    (call $columnSums (f64.const 0.25) (global.get $e1) (i32.const 4) (i32.const 8) (i32.const 0) (i32.add (local.get $d) (i32.const 128)))
    (call $gemm (i32.const 2) (i32.const 1) (i32.const 8) (i32.const 4) (f64.const 0.25) (global.get $e2) (i32.const 1)
      (global.get $h1) (i32.const 8) (i32.const 0) (i32.add (local.get $d) (i32.const 192)) (i32.const 8) (global.get $workspace))
    (call $columnSums (f64.const 0.25) (global.get $e2) (i32.const 4) (i32.const 1) (i32.const 0) (i32.add (local.get $d) (i32.const 256)))
    ;; parameters <- parameters - rate directions
    (call $combine (f64.neg (local.get $rate)) (local.get $d) (f64.const 1) (local.get $w1) (i32.const 33))
    (f64.mul (local.get $loss) (f64.const 0.25)))

  ;; So many steps. Returns the mean loss before the last one.
  (func (export "train") (param $steps i32) (param $rate f64) (result f64)
    (local $loss f64)
    (loop $more
      (local.set $loss (call $step (local.get $rate)))
      (br_if $more (local.tee $steps (i32.sub (local.get $steps) (i32.const 1)))))
    (local.get $loss))

  ;; FNV-1a over the 66 words of the parameters.
  (func (export "digest") (result i32)
    (local $at i32) (local $hash i32)
    (local.set $hash (i32.const 0x811c9dc5))
    (loop $words
      (local.set $hash (i32.mul (i32.const 0x01000193)
        (i32.xor (local.get $hash) (i32.load (i32.add (global.get $parameters) (local.get $at))))))
      (br_if $words (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 264))))
    (local.get $hash))

  ;; Gives everything back. Returns the bytes that are still held.
  (func (export "end") (result i32)
    (call $free (global.get $parameters)) (call $free (global.get $directions)) (call $free (global.get $x))
    (call $free (global.get $y)) (call $free (global.get $h1)) (call $free (global.get $h2)) (call $free (global.get $e1))
    (call $free (global.get $e2)) (call $free (global.get $workspace))
    (call $bytesInUse))
)
