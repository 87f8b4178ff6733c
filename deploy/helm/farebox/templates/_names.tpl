{{- define "farebox.name" -}}{{ printf "%s-farebox" .Release.Name | trunc 63 | trimSuffix "-" }}{{- end }}
{{- define "farebox.labels" -}}
app.kubernetes.io/name: farebox
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "farebox.image" -}}
{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag }}{{ end }}
{{- end }}
