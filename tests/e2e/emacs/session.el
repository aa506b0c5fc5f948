;;; session.el --- opens a script, waits for findings, takes a fix, takes it back  -*- lexical-binding: t -*-

;; Called with a file and the title of a fix; prints what happened as JSON. Waits for the server's output, not for time.

(require 'eglot)
(require 'json)

(defun session-until (condition)
  (while (not (funcall condition))
    (accept-process-output)))

(defun session-findings ()
  (sort (mapcar (lambda (found)
                  (let ((begin (flymake-diagnostic-beg found)) (end (flymake-diagnostic-end found)))
                    (vector (flymake-diagnostic-text found) (1- begin) (buffer-substring-no-properties begin end))))
                (flymake-diagnostics))
        (lambda (one other) (< (aref one 1) (aref other 1)))))

(defun session (file title)
  (find-file file)
  ;; A key as the last event: after a mouse click eglot would show a menu, which batch mode has not.
  (let ((eglot-sync-connect t) (last-nonmenu-event ?x) (original (buffer-string)) (report nil))
    (call-interactively #'eglot)
    (session-until #'session-findings)
    (push (cons 'mode (symbol-name major-mode)) report)
    (push (cons 'found (vconcat (session-findings))) report)
    (goto-char (1+ (aref (car (last (session-findings))) 1)))
    (undo-boundary)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt choices &rest _) (or (car (assoc title choices)) (error "No %s in %S" title choices)))))
      (call-interactively #'eglot-code-actions))
    (session-until (lambda () (not (equal (buffer-string) original))))
    (push (cons 'fixed (buffer-string)) report)
    (undo-boundary)
    (undo)
    (push (cons 'undone (equal (buffer-string) original)) report)
    (set-buffer-modified-p nil)
    (eglot-shutdown (eglot-current-server))
    (princ (json-encode report))))

;;; session.el ends here
