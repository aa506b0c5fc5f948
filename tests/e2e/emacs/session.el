;;; session.el --- one session of eglot, as a person would have it  -*- lexical-binding: t -*-

;; Each function opens a file, does one thing, saves, takes it back, leaves the server, and prints what happened as JSON.
;; They wait for the server's output, and look again each second, since some things happen by timers behind it.

(require 'eglot)
(require 'json)
(require 'subr-x)

;; Seconds. Ten of them are enough for a person's machine, and not for one that does all sorts of tests at a time.
(setq jsonrpc-default-request-timeout 60 eglot-connect-timeout 60)

(defvar session-report nil "What is printed at the end, newest first.")

(defun session-tell (name value)
  (push (cons name value) session-report))

(defun session-until (condition)
  (while (not (funcall condition))
    (accept-process-output nil 1)))

(defun session-in (file act)
  "Open FILE, start its server, and call ACT, which changes the buffer; save, undo, leave the server, report."
  (find-file file)
  ;; A key as the last event: after a mouse click eglot would show a menu, which batch mode has not.
  (let ((eglot-sync-connect t) (last-nonmenu-event ?x) (original (buffer-string)))
    (call-interactively #'eglot)
    (session-until #'eglot-current-server)
    (session-tell 'mode (symbol-name major-mode))
    (undo-boundary)
    (funcall act)
    (session-until (lambda () (not (equal (buffer-string) original))))
    (session-tell 'text (buffer-string))
    (save-buffer)
    (undo-boundary)
    (undo)
    (session-tell 'undone (equal (buffer-string) original))
    (set-buffer-modified-p nil)
    (eglot-shutdown (eglot-current-server) nil jsonrpc-default-request-timeout)
    (princ (json-encode session-report))))

(defun session-find (text)
  (goto-char (point-min))
  (search-forward text))

(defun session-findings ()
  (sort (mapcar (lambda (found)
                  (let ((begin (flymake-diagnostic-beg found)) (end (flymake-diagnostic-end found)))
                    (vector (flymake-diagnostic-text found) (1- begin) (buffer-substring-no-properties begin end))))
                (flymake-diagnostics))
        (lambda (one other) (< (aref one 1) (aref other 1)))))

(defun session-choose (title)
  "Take the code action at point whose title holds TITLE; say yes to what the server asks then."
  (let ((asked nil))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (prompt choices &rest _)
                 (push prompt asked)
                 (let ((names (mapcar (lambda (each) (if (consp each) (car each) each)) choices)))
                   (or (seq-find (lambda (name) (string-match-p (regexp-quote title) name)) names)
                       (if (cdr asked) (car names) (error "No %s in %S" title names)))))))
      (let ((before (buffer-string)))
        (call-interactively #'eglot-code-actions)
        (session-until (lambda () (not (equal (buffer-string) before))))))
    (session-tell 'asked (vconcat (reverse asked)))))

(defun session-fix (file title)
  "Wait for findings in FILE, and take the fix TITLE of the last one."
  (session-in file
              (lambda ()
                (session-until #'session-findings)
                (session-tell 'found (vconcat (session-findings)))
                (goto-char (1+ (aref (car (last (session-findings))) 1)))
                (session-choose title))))

(defun session-insert (file at kind)
  "Put point at a text of FILE, and insert an entry of KIND there by the documented command."
  (session-in file
              (lambda ()
                (session-find at)
                (session-tell 'actions (vconcat (mapcar (lambda (action) (plist-get action :title))
                                                        (eglot-code-actions (point) (point) "refactor.tflsp.journal"))))
                (tflsp-insert kind))))

(defun session-type-and-insert (file at text kind)
  "Type TEXT behind a text of FILE, and insert an entry of KIND before eglot has told its server of that."
  (session-in file
              (lambda ()
                (session-find at)
                (insert text)
                (let ((typed (buffer-string)))
                  (undo-boundary)
                  (tflsp-insert kind)
                  (session-until (lambda () (not (equal (buffer-string) typed))))))))

(defun session-act (file at title)
  "Take the code action TITLE at a text of FILE."
  (session-in file (lambda () (session-find at) (session-choose title))))

;;; session.el ends here
