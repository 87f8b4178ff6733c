{{- /* 52: pods are labelled with it, a dash and a hash of ten, and a label has 63 characters. */ -}}
{{- define "farebox.name" -}}{{ printf "%s-farebox" .Release.Name | trunc 52 | trimSuffix "-" }}{{- end }}
{{- define "farebox.labels" -}}
app.kubernetes.io/name: farebox
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "farebox.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag }}{{ end }}
{{- end }}
