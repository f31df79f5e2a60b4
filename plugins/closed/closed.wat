;; Refuses every sign-up. Administrators still make users.
;;
;; A WASI command: the event comes on standard input and goes back on standard output as it came; the name of the trigger is the
;; second argument. To refuse is to end with a status that is not 0, with the words on standard error.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))

  ;; One page for what is listed here, one for the event, of which a piece is there at a time.
  ;;     0  a pointer and a length: what is read into or written from
  ;;     8  how much was read or written
  ;;    16  the number of arguments, and how many bytes they take
  ;;    32  the words, and at 64 a trigger's name
  ;;   128  pointers to the arguments, and from 1024 on what they say
  ;; 65536  the event
  (memory (export "memory") 2)
  (data (i32.const 32) "sign-ups are closed\n")
  (data (i32.const 64) "PreSignUp_AdminCreateUser\00")

  ;; Writes all of it, however many turns that takes.
  (func $write (param $to i32) (param $from i32) (param $length i32)
    (loop $more
      (i32.store (i32.const 0) (local.get $from))
      (i32.store (i32.const 4) (local.get $length))
      (if (call $fd_write (local.get $to) (i32.const 0) (i32.const 1) (i32.const 8))
        (then (call $proc_exit (i32.const 1))))
      (local.set $from (i32.add (local.get $from) (i32.load (i32.const 8))))
      (local.set $length (i32.sub (local.get $length) (i32.load (i32.const 8))))
      (br_if $more (local.get $length))))

  ;; Whether the name of the trigger begins with the text.
  (func $begins (param $trigger i32) (param $text i32) (param $length i32) (result i32)
    (loop $next
      (if (i32.ne (i32.load8_u (local.get $trigger)) (i32.load8_u (local.get $text)))
        (then (return (i32.const 0))))
      (local.set $trigger (i32.add (local.get $trigger) (i32.const 1)))
      (local.set $text (i32.add (local.get $text) (i32.const 1)))
      (local.set $length (i32.sub (local.get $length) (i32.const 1)))
      (br_if $next (local.get $length)))
    (i32.const 1))

  ;; Whether the event goes on: one that is no sign-up, or an administrator's.
  (func $passes (result i32)
    (local $trigger i32)
    ;; Without a trigger's name, or with more than there is room for, it does not.
    (drop (call $args_sizes_get (i32.const 16) (i32.const 20)))
    (if (i32.lt_u (i32.load (i32.const 16)) (i32.const 2)) (then (return (i32.const 0))))
    (if (i32.gt_u (i32.load (i32.const 16)) (i32.const 224)) (then (return (i32.const 0))))
    (if (i32.gt_u (i32.load (i32.const 20)) (i32.const 64512)) (then (return (i32.const 0))))
    (drop (call $args_get (i32.const 128) (i32.const 1024)))
    (local.set $trigger (i32.load (i32.const 132)))
    (i32.or
      (i32.eqz (call $begins (local.get $trigger) (i32.const 64) (i32.const 10)))
      ;; The zero byte that ends it is compared too.
      (call $begins (local.get $trigger) (i32.const 64) (i32.const 26))))

  (func (export "_start")
    (if (i32.eqz (call $passes))
      (then
        (call $write (i32.const 2) (i32.const 32) (i32.const 20))
        (call $proc_exit (i32.const 1))))
    (loop $more
      (i32.store (i32.const 0) (i32.const 65536))
      (i32.store (i32.const 4) (i32.const 65536))
      (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))
        (then (call $proc_exit (i32.const 1))))
      (if (i32.load (i32.const 8))
        (then
          (call $write (i32.const 1) (i32.const 65536) (i32.load (i32.const 8)))
          (br $more))))))
