;; Loops over parameter memory, four floats at a time. Every array starts at a multiple of 16 bytes and is
;; padded with zeros to a multiple of 4 floats, so no loop has a tail; a padding float stays 0 throughout
;; (AdamW with epsilon 0 is the exception, and its padding is never read).
;; $n counts floats and is at least 1; addresses are unsigned bytes.
(module
  (import "env" "memory" (memory 0))

  ;; Where an array of $n floats at $at ends.
  (func $end (param $at i32) (param $n i32) (result i32)
    (i32.add (local.get $at) (i32.shl (local.get $n) (i32.const 2))))

  ;; SGD with momentum (torch's form, dampening 0): d = g * scale + w * decay; m = m * momentum + d;
  ;; w = w - rate * (d * own + m * past). Plain momentum: own 0, past 1. Nesterov: own 1, past = momentum.
  (func (export "sgdMomentum")
    (param $w i32) (param $g i32) (param $m i32) (param $n i32)
    (param $scale f32) (param $rate f32) (param $decay f32) (param $momentum f32) (param $own f32) (param $past f32)
    (local $stop i32) (local $d v128) (local $next v128)
    (local.set $stop (call $end (local.get $w) (local.get $n)))
    (loop $more
      (local.set $d (f32x4.add
        (f32x4.mul (v128.load (local.get $g)) (f32x4.splat (local.get $scale)))
        (f32x4.mul (v128.load (local.get $w)) (f32x4.splat (local.get $decay)))))
      (local.set $next (f32x4.add
        (f32x4.mul (v128.load (local.get $m)) (f32x4.splat (local.get $momentum)))
        (local.get $d)))
      (v128.store (local.get $m) (local.get $next))
      (v128.store (local.get $w) (f32x4.sub
        (v128.load (local.get $w))
        (f32x4.mul
          (f32x4.add
            (f32x4.mul (local.get $d) (f32x4.splat (local.get $own)))
            (f32x4.mul (local.get $next) (f32x4.splat (local.get $past))))
          (f32x4.splat (local.get $rate)))))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (local.set $m (i32.add (local.get $m) (i32.const 16)))
      (br_if $more (i32.lt_u (local.get $w) (local.get $stop)))))

  ;; SGD without state: w = w - rate * (g * scale + w * decay).
  (func (export "sgd")
    (param $w i32) (param $g i32) (param $n i32) (param $scale f32) (param $rate f32) (param $decay f32)
    (local $stop i32)
    (local.set $stop (call $end (local.get $w) (local.get $n)))
    (loop $more
      (v128.store (local.get $w) (f32x4.sub
        (v128.load (local.get $w))
        (f32x4.mul
          (f32x4.add
            (f32x4.mul (v128.load (local.get $g)) (f32x4.splat (local.get $scale)))
            (f32x4.mul (v128.load (local.get $w)) (f32x4.splat (local.get $decay))))
          (f32x4.splat (local.get $rate)))))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $more (i32.lt_u (local.get $w) (local.get $stop)))))

  ;; AdamW (arXiv 1711.05101, algorithm 2): d = g * scale; m = m * b1 + d * c1; v = v * b2 + d * d * c2;
  ;; w = w * keep - rate * m / (sqrt(v * unbias) + epsilon), with rate already divided by 1 - b1^t.
  (func (export "adamw")
    (param $w i32) (param $g i32) (param $m i32) (param $v i32) (param $n i32)
    (param $scale f32) (param $rate f32) (param $keep f32)
    (param $b1 f32) (param $c1 f32) (param $b2 f32) (param $c2 f32) (param $unbias f32) (param $epsilon f32)
    (local $stop i32) (local $d v128) (local $mean v128) (local $variance v128)
    (local.set $stop (call $end (local.get $w) (local.get $n)))
    (loop $more
      (local.set $d (f32x4.mul (v128.load (local.get $g)) (f32x4.splat (local.get $scale))))
      (local.set $mean (f32x4.add
        (f32x4.mul (v128.load (local.get $m)) (f32x4.splat (local.get $b1)))
        (f32x4.mul (local.get $d) (f32x4.splat (local.get $c1)))))
      (local.set $variance (f32x4.add
        (f32x4.mul (v128.load (local.get $v)) (f32x4.splat (local.get $b2)))
        (f32x4.mul (f32x4.mul (local.get $d) (local.get $d)) (f32x4.splat (local.get $c2)))))
      (v128.store (local.get $m) (local.get $mean))
      (v128.store (local.get $v) (local.get $variance))
      (v128.store (local.get $w) (f32x4.sub
        (f32x4.mul (v128.load (local.get $w)) (f32x4.splat (local.get $keep)))
        (f32x4.div
          (f32x4.mul (local.get $mean) (f32x4.splat (local.get $rate)))
          (f32x4.add
            (f32x4.sqrt (f32x4.mul (local.get $variance) (f32x4.splat (local.get $unbias))))
            (f32x4.splat (local.get $epsilon))))))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (local.set $m (i32.add (local.get $m) (i32.const 16)))
      (local.set $v (i32.add (local.get $v) (i32.const 16)))
      (br_if $more (i32.lt_u (local.get $w) (local.get $stop)))))

  ;; The sum of squares in double precision, four partial sums in a fixed order. It is finite exactly
  ;; when every float is: the square of the largest float is far from the largest double.
  (func (export "squaredNorm") (param $g i32) (param $n i32) (result f64)
    (local $stop i32) (local $x v128) (local $low v128) (local $high v128)
    (local.set $stop (call $end (local.get $g) (local.get $n)))
    (loop $more
      (local.set $x (f64x2.promote_low_f32x4 (v128.load (local.get $g))))
      (local.set $low (f64x2.add (local.get $low) (f64x2.mul (local.get $x) (local.get $x))))
      (local.set $x (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $g))))
      (local.set $high (f64x2.add (local.get $high) (f64x2.mul (local.get $x) (local.get $x))))
      (local.set $g (i32.add (local.get $g) (i32.const 16)))
      (br_if $more (i32.lt_u (local.get $g) (local.get $stop))))
    (local.set $low (f64x2.add (local.get $low) (local.get $high)))
    (f64.add (f64x2.extract_lane 0 (local.get $low)) (f64x2.extract_lane 1 (local.get $low))))

  ;; x = x * factor
  (func (export "scale") (param $x i32) (param $n i32) (param $factor f32)
    (local $stop i32)
    (local.set $stop (call $end (local.get $x) (local.get $n)))
    (loop $more
      (v128.store (local.get $x)
        (f32x4.mul (v128.load (local.get $x)) (f32x4.splat (local.get $factor))))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $more (i32.lt_u (local.get $x) (local.get $stop)))))

  ;; sum = sum + x
  (func (export "accumulate") (param $sum i32) (param $x i32) (param $n i32)
    (local $stop i32)
    (local.set $stop (call $end (local.get $sum) (local.get $n)))
    (loop $more
      (v128.store (local.get $sum)
        (f32x4.add (v128.load (local.get $sum)) (v128.load (local.get $x))))
      (local.set $sum (i32.add (local.get $sum) (i32.const 16)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $more (i32.lt_u (local.get $sum) (local.get $stop)))))

  ;; The upper 32 bits of each 32 x 32 bit product.
  (func $high (param $a v128) (param $b v128) (result v128)
    (i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31
      (i64x2.extmul_low_i32x4_u (local.get $a) (local.get $b))
      (i64x2.extmul_high_i32x4_u (local.get $a) (local.get $b))))

  ;; Random draws, 16 at a time, from Philox4x32-10 (Salmon et al., SC 2011) under key ($k0, $k1) at the
  ;; counters (0, $c1, $c2, $c3), (1, $c1, $c2, $c3), ...; a counter gives the next four draws in order.
  ;; $threshold < 0: floats in [0, 1), the upper 24 bits of a word; else bytes, 1 where these are below it.
  (func (export "draw")
    (param $out i32) (param $groups i32) (param $threshold i32)
    (param $c1 i32) (param $c2 i32) (param $c3 i32) (param $k0 i32) (param $k1 i32)
    (local $counter v128) (local $round i32) (local $m0 v128) (local $m1 v128)
    (local $x0 v128) (local $x1 v128) (local $x2 v128) (local $x3 v128)
    (local $t0 v128) (local $t1 v128) (local $t2 v128) (local $t3 v128)
    (local.set $counter (v128.const i32x4 0 1 2 3))
    (local.set $m0 (i32x4.splat (i32.const 0xD2511F53)))
    (local.set $m1 (i32x4.splat (i32.const 0xCD9E8D57)))
    (loop $more
      (local.set $x0 (local.get $counter))
      (local.set $x1 (i32x4.splat (local.get $c1)))
      (local.set $x2 (i32x4.splat (local.get $c2)))
      (local.set $x3 (i32x4.splat (local.get $c3)))
      (local.set $round (i32.const 0))
      (loop $mix
        (local.set $t0 (i32x4.mul (local.get $x0) (local.get $m0)))
        (local.set $t1 (i32x4.mul (local.get $x2) (local.get $m1)))
        (local.set $t2 (call $high (local.get $x0) (local.get $m0)))
        (local.set $x0 (v128.xor
          (v128.xor (call $high (local.get $x2) (local.get $m1)) (local.get $x1))
          (i32x4.splat (i32.add (local.get $k0)
            (i32.mul (local.get $round) (i32.const 0x9E3779B9))))))
        (local.set $x2 (v128.xor
          (v128.xor (local.get $t2) (local.get $x3))
          (i32x4.splat (i32.add (local.get $k1)
            (i32.mul (local.get $round) (i32.const 0xBB67AE85))))))
        (local.set $x1 (local.get $t1))
        (local.set $x3 (local.get $t0))
        (local.set $round (i32.add (local.get $round) (i32.const 1)))
        (br_if $mix (i32.lt_u (local.get $round) (i32.const 10))))
      ;; Lane i of the four words belongs to counter i: transposed, each vector is one counter's draws.
      (local.set $t0 (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
        (local.get $x0) (local.get $x1)))
      (local.set $t1 (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
        (local.get $x0) (local.get $x1)))
      (local.set $t2 (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23
        (local.get $x2) (local.get $x3)))
      (local.set $t3 (i8x16.shuffle 8 9 10 11 24 25 26 27 12 13 14 15 28 29 30 31
        (local.get $x2) (local.get $x3)))
      (local.set $x0 (i32x4.shr_u (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
        (local.get $t0) (local.get $t2)) (i32.const 8)))
      (local.set $x1 (i32x4.shr_u (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
        (local.get $t0) (local.get $t2)) (i32.const 8)))
      (local.set $x2 (i32x4.shr_u (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
        (local.get $t1) (local.get $t3)) (i32.const 8)))
      (local.set $x3 (i32x4.shr_u (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
        (local.get $t1) (local.get $t3)) (i32.const 8)))
      (if (i32.lt_s (local.get $threshold) (i32.const 0))
        (then
          (v128.store (local.get $out) (call $unit (local.get $x0)))
          (v128.store offset=16 (local.get $out) (call $unit (local.get $x1)))
          (v128.store offset=32 (local.get $out) (call $unit (local.get $x2)))
          (v128.store offset=48 (local.get $out) (call $unit (local.get $x3)))
          (local.set $out (i32.add (local.get $out) (i32.const 64))))
        (else
          (local.set $t0 (i32x4.splat (local.get $threshold)))
          (v128.store (local.get $out) (v128.and (v128.const i32x4 0x01010101 0x01010101 0x01010101 0x01010101)
            (i8x16.narrow_i16x8_s
              (i16x8.narrow_i32x4_s
                (i32x4.lt_s (local.get $x0) (local.get $t0)) (i32x4.lt_s (local.get $x1) (local.get $t0)))
              (i16x8.narrow_i32x4_s
                (i32x4.lt_s (local.get $x2) (local.get $t0)) (i32x4.lt_s (local.get $x3) (local.get $t0))))))
          (local.set $out (i32.add (local.get $out) (i32.const 16)))))
      (local.set $counter (i32x4.add (local.get $counter) (v128.const i32x4 4 4 4 4)))
      (local.set $groups (i32.sub (local.get $groups) (i32.const 1)))
      (br_if $more (local.get $groups))))

  ;; 24 bits -> [0, 1), exactly.
  (func $unit (param $bits v128) (result v128)
    (f32x4.mul (f32x4.convert_i32x4_u (local.get $bits)) (f32x4.splat (f32.const 0x1p-24))))
)
