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
)
