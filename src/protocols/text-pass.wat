;; Passes over the text of a JSON string, sixteen bytes at a time: the one routine behind text-window.ts, which puts the text here and wipes it.
;; Its bytes are in text-pass.ts. After a change: node tests/tidy/write-text-pass-code.ts
;; Instructions: https://webassembly.github.io/spec/core/ (2025-06-16), text of JSON: https://www.rfc-editor.org/rfc/rfc8259#section-7 (December 2017).
(module
  ;; 64 kB: two tables of 256 bytes, then the text. It never grows.
  (memory (export "memory") 1 1)

  ;; By the letter after a backslash: how long the escape is, 0 where there is none of that letter.
  (data (i32.const 0x22) "\02") ;; "
  (data (i32.const 0x2f) "\02") ;; /
  (data (i32.const 0x5c) "\02") ;; backslash
  (data (i32.const 0x62) "\02") ;; b
  (data (i32.const 0x66) "\02") ;; f
  (data (i32.const 0x6e) "\02") ;; n
  (data (i32.const 0x72) "\02") ;; r
  (data (i32.const 0x74) "\02") ;; t
  (data (i32.const 0x75) "\06") ;; u, and four digits

  ;; From 256 on: 1 for each hexadecimal digit.
  (data (i32.const 0x130) "\01\01\01\01\01\01\01\01\01\01") ;; 0 to 9
  (data (i32.const 0x141) "\01\01\01\01\01\01") ;; A to F
  (data (i32.const 0x161) "\01\01\01\01\01\01") ;; a to f

  ;; From `at` on to the first byte that is neither text nor part of a whole escape: the closing quote, a control character, an escape that is
  ;; none or not whole, or `end`. Returns its place in the low 16 bits, and above them what the escapes before it are longer than the UTF-8
  ;; of their characters, counted low: 1 of 2 bytes, 3 of 6. Reads up to 15 bytes beyond `end` and makes nothing of them.
  (func (export "pass") (param $at i32) (param $end i32) (result i32)
    (local $spare i32)
    (local $length i32)
    (local $found i32)
    (local $first i32)
    (local $here i32)
    (local $bytes v128)
    ;; Held in registers: written where they are used, they would be made anew in each round, which takes twice as long.
    (local $two v128)
    (local $space v128)
    (local $backslash v128)
    (local.set $two (i8x16.splat (i32.const 2)))
    (local.set $space (i8x16.splat (i32.const 0x20)))
    (local.set $backslash (i8x16.splat (i32.const 0x5c)))

    (block $end
      (block $here
        (loop $next
          (loop $plain
            (br_if $end (i32.ge_u (local.get $at) (local.get $end)))
            ;; A bit for each of sixteen bytes that is no plain text. Flipping bit 1 moves the quote (0x22) to 0x20 and keeps control characters
            ;; below it, so that one comparison finds both.
            (local.set $bytes (v128.load (local.get $at)))
            (local.set $found
              (i8x16.bitmask
                (v128.or
                  (i8x16.le_u (v128.xor (local.get $bytes) (local.get $two)) (local.get $space))
                  (i8x16.eq (local.get $bytes) (local.get $backslash)))))
            (local.set $at (i32.add (local.get $at) (i32.const 16)))
            (br_if $plain (i32.eqz (local.get $found))))

          ;; Of them one after the other: only a backslash is passed over, with what it escapes.
          (loop $escape
            (local.set $first (i32.ctz (local.get $found)))
            (local.set $here (i32.add (i32.sub (local.get $at) (i32.const 16)) (local.get $first)))
            (br_if $here (i32.ne (i32.load8_u (local.get $here)) (i32.const 0x5c)))
            (br_if $here (i32.ge_u (i32.add (local.get $here) (i32.const 1)) (local.get $end)))
            (local.set $length (i32.load8_u (i32.load8_u offset=1 (local.get $here))))
            (if (i32.eq (local.get $length) (i32.const 2))
              (then
                (local.set $spare (i32.add (local.get $spare) (i32.const 1)))
                (local.set $found (i32.and (local.get $found) (i32.shl (i32.const -4) (local.get $first))))
                (br_if $escape (local.get $found))
                ;; Where the next sixteen begin is known without what was found in these, so that a processor looks at both at once.
                (if (i32.eq (local.get $first) (i32.const 15))
                  (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
                (br $next)))

            ;; No letter of an escape, or the u without its four digits. Often another of these follows, which needs no search.
            (br_if $here (i32.eqz (local.get $length)))
            (loop $digits
              (br_if $here (i32.gt_u (i32.add (local.get $here) (i32.const 6)) (local.get $end)))
              (br_if $here
                (i32.eqz
                  (i32.and
                    (i32.and
                      (i32.load8_u offset=256 (i32.load8_u offset=2 (local.get $here)))
                      (i32.load8_u offset=256 (i32.load8_u offset=3 (local.get $here))))
                    (i32.and
                      (i32.load8_u offset=256 (i32.load8_u offset=4 (local.get $here)))
                      (i32.load8_u offset=256 (i32.load8_u offset=5 (local.get $here)))))))
              (local.set $here (i32.add (local.get $here) (i32.const 6)))
              (local.set $spare (i32.add (local.get $spare) (i32.const 3)))
              (br_if $digits (i32.eq (i32.load16_u (local.get $here)) (i32.const 0x755c))))
            (local.set $at (local.get $here))
            (br $next))))
      (local.set $at (local.get $here)))

    ;; What was passed last may have been 16 bytes that reach beyond the end.
    (i32.or
      (i32.shl (local.get $spare) (i32.const 16))
      (select (local.get $end) (local.get $at) (i32.gt_u (local.get $at) (local.get $end))))))
